import type { BatchAxes } from '../runtime/protocol.ts'

/** What a model was measured to need on this machine, with one execution provider and its options. */
export type ModelProfile = {
  modelKey: string
  executionProvider: string
  /** Engine, version, system and options: another combination is measured anew. */
  options: string
  loadMs: number
  /** Resident memory of a worker with the model loaded and run, above that of a blank one. */
  memoryBytes: number
  /** Median of a run on the golden inputs, with one thread and with two. */
  runMs: number
  twoThreadsMs: number | undefined
  /** Where items can share a run: how, how many, and how many times more come out of the same time. */
  batch: { axes: BatchAxes; size: number; gain: number } | undefined
  measuredAtMs: number
}

/** Below this gain a batch only adds to the wait. */
const leastGain = 1.1

/** How runs of the model are to be batched; undefined where it does not pay. */
export function batchOf(profile: ModelProfile | undefined): { axes: BatchAxes; most: number } | undefined {
  const batch = profile?.batch
  return batch === undefined || batch.gain < leastGain ? undefined : { axes: batch.axes, most: batch.size }
}
