import type { ModelManifest, TensorSet } from '@dim/sdk'

/** A file (PNG, JPEG, WAV, JSON, .npy, text) or its bytes. */
export type InputSource = string | Uint8Array

/** Turns a file into the tensors that a manifest declares, by its preprocessing. */
export declare function prepareInputs(
  manifest: ModelManifest.ModelManifest,
  source: InputSource,
): Promise<TensorSet.TensorSet>
