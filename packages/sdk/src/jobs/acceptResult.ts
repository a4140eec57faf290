import { acceptJobSigned } from '../actions/acceptJobSigned.ts'
import { getJob } from '../actions/getJob.ts'
import { getJobEvents, type JobEvents } from '../actions/getJobEvents.ts'
import { toSigner } from '../crypto/toSigner.ts'
import { BaseError } from '../errors/baseError.ts'
import { JobDisputedError } from '../errors/jobDisputed.ts'
import { acceptInference } from '../http/acceptInference.ts'
import * as Acceptance from '../messages/acceptance.ts'
import { delay } from '../utils/delay.ts'
import type { Submission } from './awaitSubmission.ts'
import type { ClientJob } from './clientJob.ts'
import type { JobContext } from './jobContext.ts'
import { readRetrying } from './readRetrying.ts'

export type Payout = NonNullable<JobEvents['paid']>

/** Looks at the chain this often between two attempts to deliver an acceptance. */
const looksPerAttempt = 10

/** Accepts a verified result, so that the provider is paid at once, and waits for the payout. */
export async function acceptResult(
  context: JobContext,
  job: ClientJob,
  submission: Submission,
): Promise<Payout> {
  const { jobId } = job
  for (;;) {
    const { status } = await readRetrying(context, () => getJob(context.client, { jobId }))
    if (status === 'challenged' || status === 'split') throw new JobDisputedError(jobId, status)
    if (status === 'submitted') await deliver(context, await sign(context, job, submission), submission)
    const payout = await awaitPayout(context, job)
    if (payout !== undefined) return payout
  }
}

async function sign(context: JobContext, job: ClientJob, submission: Submission): Promise<ClientJob> {
  const { client, options } = context
  const stored = (await options.store.get(job.jobId)) ?? job
  if (stored.acceptanceSignature !== undefined) return stored
  const { resultCommit, resultRef, chargedUsdc: charged } = submission
  const acceptance = { jobId: job.jobId, resultCommit, resultRef, charged } as Acceptance.Acceptance
  const acceptanceSignature = (await Acceptance.sign(
    client.dim,
    acceptance,
    toSigner(client),
  )) as `0x${string}`
  return context.write(stored, { acceptanceSignature })
}

/** By the provider, which wants the money; else by a transaction of the client's own. Neither may work now: then again later. */
async function deliver(
  context: JobContext,
  job: ClientJob,
  { resultCommit, resultRef }: Submission,
): Promise<void> {
  const { client, signal } = context
  const { jobId, params, acceptanceSignature: signature = '0x' } = job
  const acceptance = { params, resultCommit, resultRef, signature }
  try {
    await acceptInference(job.provider.endpoint, { ...acceptance, signal })
    context.report('accepted', { jobId, by: 'provider' })
    return
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof BaseError)) throw error
  }
  try {
    await acceptJobSigned(client, acceptance)
    context.report('accepted', { jobId, by: 'client' })
  } catch (error) {
    // The payout may have come from the window meanwhile; if not, the next round tries again.
    if (!(error instanceof BaseError)) throw error
  }
}

async function awaitPayout(context: JobContext, job: ClientJob): Promise<Payout | undefined> {
  const { jobId, fromBlock } = job
  for (let look = 0; look < looksPerAttempt; look++) {
    const { status } = await readRetrying(context, () => getJob(context.client, { jobId }))
    if (status === 'paid') {
      const { paid } = await readRetrying(context, () => getJobEvents(context.client, { jobId, fromBlock }))
      if (paid !== undefined) return paid
    }
    await delay(context.pollingIntervalMs, context.signal)
  }
  return undefined
}
