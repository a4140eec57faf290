import type { Hex } from 'viem'
import type { Reader } from '../client.ts'
import { delay } from '../utils/delay.ts'
import { type GetJobReturnType, getJob } from './getJob.ts'

export type WatchJobParameters = {
  jobId: Hex
  /** Called with the first state and then with each new one. */
  onJob: (job: GetJobReturnType) => void
  /** Called when the chain cannot be read; watching goes on. */
  onError?: (error: unknown) => void
  pollingIntervalMs?: number
}

/**
 * Watches the state of a job by polling.
 *
 * @returns A function that ends it.
 * @example
 * const unwatch = watchJob(reader, { jobId, onJob: ({ status }) => status === 'paid' && unwatch() })
 */
export function watchJob(client: Reader, parameters: WatchJobParameters): () => void {
  const controller = new AbortController()
  void poll(client, parameters, controller.signal)
  return () => controller.abort()
}

async function poll(client: Reader, parameters: WatchJobParameters, signal: AbortSignal) {
  const { jobId, onJob, onError, pollingIntervalMs = 1_000 } = parameters
  let last: GetJobReturnType | undefined
  while (!signal.aborted) {
    try {
      const job = await getJob(client, { jobId })
      if (signal.aborted) return
      if (job.status !== last?.status) onJob(job)
      last = job
    } catch (error) {
      onError?.(error)
    }
    // Aborting is the way in which watching ends.
    await delay(pollingIntervalMs, signal).catch(() => undefined)
  }
}
