import type { ModelManifest, TensorSet } from '@dim/sdk'

export type Presented =
  | { kind: 'text'; output: string; text: string; confidence: number }
  | { kind: 'classes'; output: string; classes: readonly { label: string; score: number }[] }
  | { kind: 'number'; output: string; value: number }
  | { kind: 'raw'; output: string; dtype: string; dims: readonly number[] }

/** Turns outputs into what a person reads, by the manifest's postprocessing; `readFile` gives a labels file of the manifest. */
export declare function presentOutputs(
  manifest: ModelManifest.ModelManifest,
  outputs: TensorSet.TensorSet,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<readonly Presented[]>
