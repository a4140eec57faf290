import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type SettleJobsParameters = {
  /** Terms of the jobs. */
  jobs: readonly JobParams.JobParams[]
}
export type SettleJobsReturnType = Hash

/**
 * Pays submitted jobs whose window is over; anybody may, and rows that are not due are skipped.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await settleJobs(writer, { jobs: [params] })
 */
export async function settleJobs(
  client: Writer,
  { jobs }: SettleJobsParameters,
): Promise<SettleJobsReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'settle',
    args: [jobs],
    attempted: `Settling ${jobs.length} jobs`,
  })
}
