import { getChainTime, getJob, type Reader } from '@dim/sdk'
import type { Logger } from 'pino'
import type { Hex } from 'viem'
import { boundedQueue } from '../lifecycle/boundedQueue.ts'
import type { createJobSteps } from './jobSteps.ts'
import type { JobStore } from './jobStore.ts'
import { nextStep } from './nextStep.ts'

/** A job that is looked at this often without coming to rest is left to the next sweep. */
const MOST_STEPS = 12

export type JobTrackerOptions = {
  reader: Reader
  jobs: JobStore
  steps: ReturnType<typeof createJobSteps>
  concurrency: number
  limit: number
  logger: Logger
  signal: AbortSignal
}

/** Brings jobs on, each by one hand at a time. */
export function createJobTracker(options: JobTrackerOptions) {
  const { reader, jobs, steps, concurrency, limit, logger, signal } = options
  /** False while a job is in hand, true when it has to be looked at once more. */
  const inHand = new Map<Hex, boolean>()

  const stepOnce = async (jobId: Hex): Promise<'again' | 'wait'> => {
    const job = await jobs.get(jobId)
    if (job === undefined) return 'wait'
    const [{ status, time }, now] = await Promise.all([getJob(reader, { jobId }), getChainTime(reader)])
    const { state, result, decline, params } = job
    const facts = { state, hasResult: result !== undefined, declineCode: decline?.code }
    const step = nextStep({ ...facts, submitBy: params.submitBy, status, now })
    return steps[step](job, { status, time, now })
  }

  const advance = async (jobId: Hex): Promise<void> => {
    for (let count = 0; count < MOST_STEPS && !signal.aborted; count++) {
      inHand.set(jobId, false)
      const outcome = await stepOnce(jobId)
      if (outcome === 'wait' && inHand.get(jobId) === false) return
    }
  }

  const queue = boundedQueue<Hex>({
    limit,
    concurrency,
    work: (jobId) => advance(jobId).finally(() => inHand.delete(jobId)),
    onError: (error, jobId) => {
      if (!signal.aborted)
        logger.warn({ jobId, err: error }, 'job could not be brought on; it is tried again')
    },
    signal,
  })

  const touch = (jobId: Hex): void => {
    if (inHand.has(jobId)) inHand.set(jobId, true)
    else {
      inHand.set(jobId, true)
      // What finds no place is not lost: the sweep brings it again.
      if (!queue.push(jobId)) inHand.delete(jobId)
    }
  }

  return {
    /** Looks at a job soon; cheap, and safe to call at any time. */
    touch,
    /**
     * Looks at every job for which there is something to do. Submitted ones wait for an event or for their window: some
     * are looked at too, and never take the places of the others, however many there are.
     */
    async sweep(): Promise<void> {
      for (const jobId of await jobs.listActive()) touch(jobId)
      for (const { jobId } of await jobs.listSubmitted(concurrency)) if (queue.room > limit) touch(jobId)
    },
    status: () => ({ queued: queue.size, running: queue.running, room: queue.room }),
    idle: () => queue.idle(),
  }
}
