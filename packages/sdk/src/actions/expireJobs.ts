import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type ExpireJobsParameters = {
  /** Terms of the jobs. */
  jobs: readonly JobParams.JobParams[]
}
export type ExpireJobsReturnType = Hash

/**
 * Refunds open jobs that nobody submitted in time; anybody may, and rows that are not due are skipped.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await expireJobs(writer, { jobs: [params] })
 */
export async function expireJobs(
  client: Writer,
  { jobs }: ExpireJobsParameters,
): Promise<ExpireJobsReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'expire',
    args: [jobs],
    attempted: `Refunding ${jobs.length} jobs`,
  })
}
