import { getChainTime } from '../actions/getChainTime.ts'
import { signReceiveAuthorization } from '../actions/signReceiveAuthorization.ts'
import { QuoteExpiredError } from '../errors/quoteExpired.ts'
import type { ClientJob } from './clientJob.ts'
import type { JobContext } from './jobContext.ts'

/** Has the client sign the payment, valid as long as the quote is and the job could be delivered, and stores the signature before anything else. */
export async function signJob(context: JobContext, job: ClientJob): Promise<ClientJob> {
  if (job.authorization !== undefined) return job
  const { client, signal } = context
  const { jobId, params, quote } = job
  const chainTime = await getChainTime(client)
  if (quote.expiresAt <= chainTime) {
    await context.write(job, { stage: 'abandoned', inputBlocks: [] })
    throw new QuoteExpiredError({ expiresAt: quote.expiresAt, chainTime })
  }
  signal.throwIfAborted()
  const validUntil = Math.min(quote.expiresAt, params.submitBy)
  const authorization = await signReceiveAuthorization(client, {
    to: client.dim.jobEscrow,
    amountUsdc: params.price,
    validBefore: BigInt(validUntil),
    nonce: jobId,
  })
  const signed = await context.write(job, { stage: 'signed', authorization })
  context.report('signed', { jobId, validBefore: validUntil })
  return signed
}
