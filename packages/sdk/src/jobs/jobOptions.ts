import type { TensorSet } from '../messages/tensors/types.ts'
import type { ClientJobStore } from './clientJobStore.ts'
import type { OutputVerdict } from './jobOutcome.ts'
import type { JobProgress } from './progress.ts'

/** What running and resuming a job have in common. */
export type JobOptions = {
  /** Where keys and terms are kept; with an in-memory store a crash loses the result. */
  store: ClientJobStore
  /** Stops waiting: before the signature it costs nothing (`JOB_ABORTED`), after it the job goes on (`JOB_DETACHED`). */
  signal?: AbortSignal | undefined
  /** Called at each step; it must not throw. */
  onProgress?: ((progress: JobProgress) => void) | undefined
  /** A check of the caller's own before the result is accepted, such as running the model again. */
  verify?: ((outputs: TensorSet) => OutputVerdict | Promise<OutputVerdict>) | undefined
  /** Longest wait in all, 600,000 by default; then `JOB_DETACHED`. */
  timeoutMs?: number | undefined
  /** Between two looks at the chain, 1,000 by default. */
  pollingIntervalMs?: number | undefined
  /** Further endpoints to fetch a result from, besides the provider's. */
  endpoints?: readonly string[] | undefined
  /** Unix milliseconds; for progress and timings only, never for deadlines. `Date.now` by default. */
  now?: (() => number) | undefined
}
