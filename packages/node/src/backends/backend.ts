import type { TensorSet } from '@dim/sdk'

export type BackendKind = 'onnx' | 'openai' | 'oip'

export type BackendHealth =
  | { state: 'ready'; engine: string; latencyMs: number }
  | { state: 'unready'; code: string; reason: string }

export type BackendPort = {
  name: string
  dtype: TensorSet.DType
  /** Numbers, or names of dimensions that vary. */
  dims: readonly (number | string)[]
}

export type BackendInterface = { inputs: readonly BackendPort[]; outputs: readonly BackendPort[] }

export type BackendUsage = {
  promptTokens: number
  completionTokens: number
  /** `counted`: the server did not say, so the node counted. */
  source: 'server' | 'counted'
}

export type BackendRequest = {
  /** The model's name at the engine; for the pool its key. */
  model: string
  inputs: TensorSet.TensorSet
  signal?: AbortSignal | undefined
  /** Covers the whole run; the engine's own limits hold besides. */
  timeoutMs?: number | undefined
  /** Names of the outputs that are wanted; all of the engine's without it. */
  outputs?: readonly string[] | undefined
}

export type BackendResult = {
  outputs: TensorSet.TensorSet
  /** For receipts: engine and version, as far as it tells them. */
  engine: string
  usage: BackendUsage | undefined
  timingsMs: { queue: number; load: number; run: number }
}

/** Pieces of text as they come, then the whole. */
export type BackendEvent = { type: 'text'; text: string } | { type: 'done'; result: BackendResult }

/** An engine that runs models: the node's own pool, or a server beside it. */
export type Backend = {
  readonly kind: BackendKind
  /** Whether the engine answers, and has `model` if one is named; never rejects, save by the signal. */
  health(options?: { model?: string; signal?: AbortSignal }): Promise<BackendHealth>
  listModels(signal?: AbortSignal): Promise<readonly string[]>
  describe(model: string, signal?: AbortSignal): Promise<BackendInterface>
  /** Fails with BACKEND_UNAVAILABLE, BACKEND_TIMED_OUT, BACKEND_DIED_MID_STREAM, BACKEND_ANSWER_INVALID, JOB_ABORTED… */
  run(request: BackendRequest): Promise<BackendResult>
  /** Text while it is made where the engine can; elsewhere `done` alone. Ends the run when the reader stops. */
  stream(request: BackendRequest): AsyncIterable<BackendEvent>
  /** Ends what runs and closes the connections; the server goes on. */
  close(): Promise<void>
}
