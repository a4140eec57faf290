import { createJobWithAuthorization } from '../actions/createJobWithAuthorization.ts'
import { getChainTime } from '../actions/getChainTime.ts'
import { getJob } from '../actions/getJob.ts'
import { getJobEvents } from '../actions/getJobEvents.ts'
import { BaseError } from '../errors/baseError.ts'
import { JobNotOpenedError } from '../errors/jobNotOpened.ts'
import { NodeRefusalError } from '../errors/nodeRefusal.ts'
import { submitInference } from '../http/submitInference.ts'
import { delay } from '../utils/delay.ts'
import type { ClientJob } from './clientJob.ts'
import type { JobContext } from './jobContext.ts'
import { pushBlocks } from './pushBlocks.ts'
import { readRetrying } from './readRetrying.ts'

type SignedJob = ClientJob & { authorization: NonNullable<ClientJob['authorization']> }

/** Looks at the chain this often before the client sends the transaction itself. */
const relayPatience = 20

/**
 * Has a signed job opened: by the provider's relay, else by a transaction of the client's own.
 *
 * Both use the same signature, whose nonce is the job's id, so that the job opens at most once.
 */
export async function openJob(
  context: JobContext,
  job: ClientJob,
  { isFresh }: { isFresh: boolean },
): Promise<ClientJob> {
  if (await isOpen(context, job)) return noteOpened(context, job)
  const { authorization } = job
  if (authorization === undefined) throw new JobNotOpenedError(job.jobId, { reason: 'it was never signed' })
  const signed = { ...job, authorization }
  await assertStillValid(context, signed)
  if (!(await relay(context, signed, isFresh))) await openDirectly(context, signed)
  while (!(await isOpen(context, job))) {
    await assertStillValid(context, signed)
    await delay(context.pollingIntervalMs, context.signal)
  }
  return noteOpened(context, job)
}

/** Whether the escrow has seen the id; a revoked one will never open. */
async function isOpen(context: JobContext, { jobId }: ClientJob): Promise<boolean> {
  const { status } = await readRetrying(context, () => getJob(context.client, { jobId }))
  if (status === 'revoked') throw new JobNotOpenedError(jobId, { reason: 'its client revoked it' })
  return status !== 'none'
}

async function assertStillValid(context: JobContext, job: SignedJob): Promise<void> {
  const { validBefore } = job.authorization
  const chainTime = await readRetrying(context, () => getChainTime(context.client))
  if (chainTime < validBefore) return
  // The last look comes after the end: what the chain does not have by now, it will never have.
  if (await isOpen(context, job)) return
  await context.write(job, { stage: 'abandoned', inputBlocks: [] })
  throw new JobNotOpenedError(job.jobId, { reason: 'its quote expired first' })
}

/** `false` when the relay is out of order; a provider that refuses would not do the job either, and that is the end. */
async function relay(context: JobContext, job: SignedJob, isFresh: boolean): Promise<boolean> {
  const { signal } = context
  const { jobId, params, accessProof, authorization, quote, provider, inputBlocks } = job
  try {
    if (!isFresh)
      await pushBlocks(provider.endpoint, { blocks: inputBlocks, quoteNonce: quote.nonce, signal })
    const hand = { quoteNonce: quote.nonce, params, accessProof, authorization, signal }
    const { transactionHash } = await submitInference(provider.endpoint, hand)
    context.report('submitted', { jobId, by: 'provider', transactionHash })
    return await appears(context, job)
  } catch (cause) {
    signal.throwIfAborted()
    if (!(cause instanceof BaseError)) throw cause
    const isRefusal = cause instanceof NodeRefusalError && !cause.retryable
    if (!isRefusal || (await isOpen(context, job))) return await isOpen(context, job)
    const reason = `its provider refused to open it (${cause.code})`
    throw new JobNotOpenedError(jobId, { reason, signedUntil: authorization.validBefore, cause })
  }
}

async function appears(context: JobContext, job: ClientJob): Promise<boolean> {
  for (let look = 0; look < relayPatience; look++) {
    if (await isOpen(context, job)) return true
    await delay(context.pollingIntervalMs, context.signal)
  }
  return false
}

async function openDirectly(context: JobContext, job: SignedJob): Promise<void> {
  const { jobId, params, accessProof, authorization } = job
  context.signal.throwIfAborted()
  try {
    const transactionHash = await createJobWithAuthorization(context.client, {
      params,
      accessProof,
      ...authorization,
    })
    context.report('submitted', { jobId, by: 'client', transactionHash })
  } catch (cause) {
    if (!(cause instanceof BaseError)) throw cause
    if (await isOpen(context, job)) return
    const reason = `neither its provider nor this account could open it (${cause.code})`
    throw new JobNotOpenedError(jobId, { reason, signedUntil: authorization.validBefore, cause })
  }
}

async function noteOpened(context: JobContext, job: ClientJob): Promise<ClientJob> {
  const { jobId, fromBlock } = job
  const { opened } = await readRetrying(context, () => getJobEvents(context.client, { jobId, fromBlock }))
  if (opened !== undefined) context.report('opened', { jobId, transactionHash: opened.transactionHash })
  const isLater = job.stage !== 'prepared' && job.stage !== 'signed'
  return context.write(job, { inputBlocks: [], ...(isLater ? {} : { stage: 'opened' }) })
}
