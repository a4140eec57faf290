import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type DeclineJobParameters = {
  /** Terms of the job, as its client signed them. */
  params: JobParams.JobParams
}
export type DeclineJobReturnType = Hash

/**
 * Refuses an open job as its provider or service key: the client has its money back in the same transaction.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_PROVIDER`, `CONTRACT_WRONG_STATUS`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await declineJob(writer, { params })
 */
export async function declineJob(
  client: Writer,
  { params }: DeclineJobParameters,
): Promise<DeclineJobReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'decline',
    args: [params],
    attempted: `Declining the job of ${params.client}`,
  })
}
