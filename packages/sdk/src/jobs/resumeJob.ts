import { type Hex, isAddressEqual } from 'viem'
import { assertDeployment } from '../actions/assertDeployment.ts'
import { getChainTime } from '../actions/getChainTime.ts'
import { getJob } from '../actions/getJob.ts'
import type { Writer } from '../client.ts'
import { ChainResetError } from '../errors/chainReset.ts'
import { JobNotOpenedError } from '../errors/jobNotOpened.ts'
import { JobUnknownError } from '../errors/jobUnknown.ts'
import type { ClientJob } from './clientJob.ts'
import { driveJob } from './driveJob.ts'
import { beforeSigning, createJobContext, type JobContext } from './jobContext.ts'
import type { JobOptions } from './jobOptions.ts'
import type { JobOutcome } from './jobOutcome.ts'
import { pushBlocks } from './pushBlocks.ts'
import { signJob } from './signJob.ts'

export type ResumeJobParameters = JobOptions & { jobId: Hex }
export type ResumeJobReturnType = JobOutcome

/**
 * Continues a job after a crash or a detachment, from wherever it is: the store says what was signed, the chain what happened.
 *
 * The same signature is used again, so there is never a second job. A job that is already paid gives its outcome again.
 *
 * @returns As `runJob`; timings count from this call.
 * @throws `JOB_UNKNOWN` for an id that the store lacks, `CHAIN_RESET` for a job of another chain, `JOB_NOT_OPENED` when it can no
 *   longer open (nothing was charged), and what `runJob` throws after its signature.
 * @example
 * for (const { jobId, stage } of await store.list()) if (stage === 'signed') await resumeJob(writer, { store, jobId })
 */
export async function resumeJob(
  client: Writer,
  parameters: ResumeJobParameters,
): Promise<ResumeJobReturnType> {
  const context = createJobContext(client, parameters)
  const job = await load(context, parameters.jobId)
  const signed = job.authorization === undefined ? await finishPreparation(context, job) : job
  return driveJob(context, signed, { isFresh: false })
}

async function load({ client, options }: JobContext, jobId: Hex): Promise<ClientJob> {
  const job = await options.store.get(jobId)
  if (job === undefined) throw new JobUnknownError(jobId, 'the job store')
  await assertDeployment(client)
  const { genesisHash, jobEscrow } = client.dim
  if (job.genesisHash !== genesisHash || !isAddressEqual(job.jobEscrow, jobEscrow)) {
    throw new ChainResetError(
      `job ${jobId} is of the chain with genesis ${job.genesisHash}, this one has ${genesisHash}`,
    )
  }
  return job
}

/** A job that crashed before its signature goes on only while its quote lives; else nothing happened and nothing will. */
async function finishPreparation(context: JobContext, job: ClientJob): Promise<ClientJob> {
  const { jobId, provider, inputBlocks, quote } = job
  const { status } = await getJob(context.client, { jobId })
  if (status !== 'none') return job
  if (quote.expiresAt <= (await getChainTime(context.client))) {
    await context.write(job, { stage: 'abandoned', inputBlocks: [] })
    throw new JobNotOpenedError(jobId, { reason: 'its quote expired before it was signed' })
  }
  return beforeSigning(context, async () => {
    await pushBlocks(provider.endpoint, {
      blocks: inputBlocks,
      quoteNonce: quote.nonce,
      signal: context.signal,
    })
    return signJob(context, job)
  })
}
