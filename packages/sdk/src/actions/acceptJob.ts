import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type AcceptJobParameters = {
  /** Terms of the job, as its client signed them. */
  params: JobParams.JobParams
}
export type AcceptJobReturnType = Hash

/**
 * Takes the result as the client: the provider is paid at once.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_CLIENT`, `CONTRACT_WRONG_STATUS`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await acceptJob(writer, { params })
 */
export async function acceptJob(
  client: Writer,
  { params }: AcceptJobParameters,
): Promise<AcceptJobReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'accept',
    args: [params],
    attempted: `Accepting the result of ${params.provider}`,
  })
}
