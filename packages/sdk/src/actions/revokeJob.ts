import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type RevokeJobParameters = {
  /** Terms of the job, as its client signed them. */
  params: JobParams.JobParams
}
export type RevokeJobReturnType = Hash

/**
 * Kills the id of the caller's job that is not open yet, so that a signature in circulation opens nothing.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_CLIENT`, `CONTRACT_WRONG_STATUS`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await revokeJob(writer, { params })
 */
export async function revokeJob(
  client: Writer,
  { params }: RevokeJobParameters,
): Promise<RevokeJobReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'revoke',
    args: [params],
    attempted: `Revoking the job that ${params.client} signed`,
  })
}
