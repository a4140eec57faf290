import type { TensorSet } from '@dim/sdk'
import type { ModelProfile } from './modelProfile.ts'

const weight = 0.2
/** A shape that ran so often is known well enough for its runs to follow each other. */
const trustedAfter = 3
const defaultRunMs = 250
const mostKnown = 4096

type Known = { runMs: number; samples: number }

export type RunEstimate = {
  runMs: number
  /** Measured here often enough, on inputs of about this size. */
  isTrusted: boolean
}

export type RunEstimates = {
  of(run: EstimatedRun): RunEstimate
  note(run: EstimatedRun, runMs: number): void
}

export type EstimatedRun = { modelKey: string; executionProvider: string; inputBytes: number }

/** How long runs take, by model, execution provider and size of the inputs: measured here, else by the stored profile. */
export function createRunEstimates(
  profileOf: (modelKey: string, executionProvider: string) => ModelProfile | undefined,
): RunEstimates {
  const known = new Map<string, Known>()
  const keyOf = ({ modelKey, executionProvider, inputBytes }: EstimatedRun) =>
    `${executionProvider} ${Math.ceil(Math.log2(inputBytes + 1))} ${modelKey}`

  return {
    of(run) {
      const measured = known.get(keyOf(run))
      if (measured !== undefined)
        return { runMs: measured.runMs, isTrusted: measured.samples >= trustedAfter }
      const profile = profileOf(run.modelKey, run.executionProvider)
      return { runMs: profile?.runMs ?? defaultRunMs, isTrusted: false }
    },
    note(run, runMs) {
      const key = keyOf(run)
      const before = known.get(key)
      if (before === undefined) {
        if (known.size >= mostKnown) known.clear()
        known.set(key, { runMs, samples: 1 })
        return
      }
      // A first run plans memory and is slower than all that follow.
      before.runMs =
        before.samples === 1 ? Math.min(before.runMs, runMs) : before.runMs + weight * (runMs - before.runMs)
      before.samples += 1
    },
  }
}

/** Bytes of all inputs together. */
export function inputBytesOf(inputs: TensorSet.TensorSet): number {
  let bytes = 0
  for (const name in inputs) bytes += inputs[name]?.data.byteLength ?? 0
  return bytes
}
