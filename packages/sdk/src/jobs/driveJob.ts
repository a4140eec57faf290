import { getJobEvents } from '../actions/getJobEvents.ts'
import { acceptResult } from './acceptResult.ts'
import { awaitSubmission, type Submission } from './awaitSubmission.ts'
import { checkResult } from './checkResult.ts'
import type { ClientJob } from './clientJob.ts'
import { fetchResult } from './fetchResult.ts'
import { afterSigning, type JobContext } from './jobContext.ts'
import type { JobOutcome } from './jobOutcome.ts'
import { openJob } from './openJob.ts'
import { readRetrying } from './readRetrying.ts'

/** Brings a signed job to its end: open, wait, fetch, verify, accept. Each step does nothing that the chain says is done. */
export function driveJob(
  context: JobContext,
  job: ClientJob,
  { isFresh }: { isFresh: boolean },
): Promise<JobOutcome> {
  return afterSigning(context, job, async () => {
    const opened = await openJob(context, job, { isFresh })
    const submission = await awaitSubmission(context, opened)
    const payload = await fetchResult(context, opened, submission.resultRef)
    const result = await checkResult(context, opened, { payload, submission })
    const verified = await context.write(opened, { stage: 'verified', result: payload })
    const payout = await acceptResult(context, verified, submission)
    const { transactionHash, refundUsdc: refundedUsdc } = payout
    const { jobId } = job
    const { chargedUsdc } = submission
    await context.write(verified, { stage: 'paid' })
    context.report('paid', { jobId, chargedUsdc, refundedUsdc, transactionHash })
    const open = await openTransaction(context, job)
    const transactions = { open, submit: submission.transactionHash, pay: transactionHash }
    return { jobId, ...result, chargedUsdc, refundedUsdc, transactions, timingsMs: context.timingsMs() }
  })
}

async function openTransaction(
  context: JobContext,
  { jobId, fromBlock }: ClientJob,
): Promise<Submission['transactionHash']> {
  for (;;) {
    const { opened } = await readRetrying(context, () => getJobEvents(context.client, { jobId, fromBlock }))
    if (opened !== undefined) return opened.transactionHash
  }
}
