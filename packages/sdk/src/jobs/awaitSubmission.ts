import type { Hash } from 'viem'
import { expireJobs } from '../actions/expireJobs.ts'
import { getChainTime } from '../actions/getChainTime.ts'
import { getJob } from '../actions/getJob.ts'
import { getJobEvents, type JobEvents } from '../actions/getJobEvents.ts'
import { waitForTransaction } from '../actions/waitForTransaction.ts'
import { BaseError } from '../errors/baseError.ts'
import { JobDeclinedError } from '../errors/jobDeclined.ts'
import { JobDisputedError } from '../errors/jobDisputed.ts'
import { JobExpiredError } from '../errors/jobExpired.ts'
import { delay } from '../utils/delay.ts'
import type { ClientJob } from './clientJob.ts'
import type { JobContext } from './jobContext.ts'
import { readRetrying } from './readRetrying.ts'

export type Submission = NonNullable<JobEvents['submitted']>

/** Waits until the provider submitted its result. When it stays silent until `submitBy`, the client has its money back. */
export async function awaitSubmission(context: JobContext, job: ClientJob): Promise<Submission> {
  const { jobId, fromBlock } = job
  for (;;) {
    const { status } = await readRetrying(context, () => getJob(context.client, { jobId }))
    if (status === 'submitted' || status === 'paid') {
      const { submitted } = await readRetrying(context, () =>
        getJobEvents(context.client, { jobId, fromBlock }),
      )
      if (submitted !== undefined) return report(context, job, submitted)
    }
    if (status === 'refunded') throw await refundOf(context, job)
    if (status === 'challenged' || status === 'split') throw new JobDisputedError(jobId, status)
    if (status === 'open') await refundIfLate(context, job)
    await delay(context.pollingIntervalMs, context.signal)
  }
}

function report(context: JobContext, { jobId }: ClientJob, submission: Submission): Submission {
  const { resultRef, chargedUsdc, transactionHash } = submission
  context.report('result', { jobId, resultRef, chargedUsdc, transactionHash })
  return submission
}

async function refundOf(context: JobContext, job: ClientJob): Promise<BaseError> {
  const { jobId, fromBlock, params } = job
  const events = await readRetrying(context, () => getJobEvents(context.client, { jobId, fromBlock }))
  await context.write(job, { stage: 'refunded' })
  if (events.declined !== undefined) return new JobDeclinedError(jobId, params.price)
  const refundTransaction = events.refunded?.transactionHash
  return new JobExpiredError({ jobId, priceUsdc: params.price, refunded: true, refundTransaction })
}

async function refundIfLate(context: JobContext, job: ClientJob): Promise<void> {
  const { jobId, params } = job
  const chainTime = await readRetrying(context, () => getChainTime(context.client))
  if (chainTime <= params.submitBy) return
  const refundTransaction = await expire(context, job)
  const { status } = await readRetrying(context, () => getJob(context.client, { jobId }))
  // A submission or somebody else's refund was faster: the next look at the chain finds it.
  if (status !== 'open') return
  throw new JobExpiredError({ jobId, priceUsdc: params.price, refunded: false, refundTransaction })
}

/** Calls `expire`, which anybody may; `undefined` when this account cannot, for lack of gas for instance. */
async function expire({ client }: JobContext, { params }: ClientJob): Promise<Hash | undefined> {
  try {
    const hash = await expireJobs(client, { jobs: [params] })
    await waitForTransaction(client, { hash })
    return hash
  } catch (error) {
    if (error instanceof BaseError) return undefined
    throw error
  }
}
