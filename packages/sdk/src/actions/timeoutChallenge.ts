import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type TimeoutChallengeParameters = {
  /** Terms of the job, as its client signed them. */
  params: JobParams.JobParams
}
export type TimeoutChallengeReturnType = Hash

/**
 * Splits a challenged job that was not decided in time; anybody may.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_WRONG_STATUS`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await timeoutChallenge(writer, { params })
 */
export async function timeoutChallenge(
  client: Writer,
  { params }: TimeoutChallengeParameters,
): Promise<TimeoutChallengeReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'timeoutChallenge',
    args: [params],
    attempted: `Ending the undecided challenge of the job of ${params.client}`,
  })
}
