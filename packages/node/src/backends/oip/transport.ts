import type { TensorSet } from '@dim/sdk'

export type ServerMetadata = { name: string; version: string; extensions: readonly string[] }

export type TensorMetadata = { name: string; datatype: string; shape: readonly number[] }

export type ModelMetadata = { inputs: readonly TensorMetadata[]; outputs: readonly TensorMetadata[] }

export type InferCall = {
  model: string
  inputs: TensorSet.TensorSet
  /** All that the model has without it. */
  outputs?: readonly string[] | undefined
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
}

/** The Open Inference Protocol as one of its two carriers speaks it. */
export type OipTransport = {
  isReady(model: string | undefined, signal?: AbortSignal): Promise<boolean>
  server(signal?: AbortSignal): Promise<ServerMetadata>
  /** Empty where the server does not offer the repository extension. */
  repository(signal?: AbortSignal): Promise<readonly string[]>
  model(name: string, signal?: AbortSignal): Promise<ModelMetadata>
  infer(call: InferCall): Promise<TensorSet.TensorSet>
  close(): void
}
