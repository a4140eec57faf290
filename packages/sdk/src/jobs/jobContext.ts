import type { Writer } from '../client.ts'
import { JobAbortedError } from '../errors/jobAborted.ts'
import { JobDetachedError } from '../errors/jobDetached.ts'
import type { ClientJob } from './clientJob.ts'
import type { JobOptions } from './jobOptions.ts'
import type { JobProgress, JobStep, JobStepDetails } from './progress.ts'

/** What every step of one call of `runJob` or `resumeJob` shares. */
export type JobContext = {
  client: Writer
  options: JobOptions
  /** The caller's signal or the time limit, whichever comes first. */
  signal: AbortSignal
  pollingIntervalMs: number
  report<S extends JobStep>(step: S, detail: JobStepDetails[S]): void
  timingsMs(): Readonly<Record<string, number>>
  /** Changes the stored record and answers what is stored now. */
  write(job: ClientJob, change: Partial<ClientJob>): Promise<ClientJob>
}

/** Makes the context of one call. */
export function createJobContext(client: Writer, options: JobOptions): JobContext {
  const { now = Date.now, timeoutMs = 600_000, pollingIntervalMs = 1_000, onProgress, store } = options
  const startedAt = now()
  const timings: Record<string, number> = {}
  const limit = AbortSignal.timeout(timeoutMs)
  return {
    client,
    options,
    signal: options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]),
    pollingIntervalMs,
    report(step, detail) {
      const at = now()
      timings[step] = at - startedAt
      onProgress?.({ step, at, detail } as JobProgress)
    },
    timingsMs: () => ({ ...timings }),
    write: (job, change) => store.update(job.jobId, (stored) => ({ ...stored, ...change })),
  }
}

/** Runs the part of a job before its signature: giving up there leaves nothing behind. */
export async function beforeSigning<T>({ signal }: JobContext, steps: () => Promise<T>): Promise<T> {
  try {
    signal.throwIfAborted()
    return await steps()
  } catch (error) {
    throw isAbort(signal, error) ? new JobAbortedError(error) : error
  }
}

/** Runs the part of a job after its signature: giving up there leaves the job running. */
export async function afterSigning<T>(
  { signal }: JobContext,
  { jobId }: ClientJob,
  steps: () => Promise<T>,
): Promise<T> {
  try {
    return await steps()
  } catch (error) {
    throw isAbort(signal, error) ? new JobDetachedError(jobId, error) : error
  }
}

const isAbort = (signal: AbortSignal, error: unknown) => signal.aborted && error === signal.reason
