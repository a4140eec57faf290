import type { Hash, Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type CreateJobParameters = {
  /** Terms of the job, as its client signed them. */
  params: JobParams.JobParams
  /** Proof as the policy of the model asks for; empty for a public and a private one. */
  accessProof?: Hex
}
export type CreateJobReturnType = Hash

/**
 * Opens a job from the caller's available balance in the escrow; the same terms again change nothing.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_INSUFFICIENT_BALANCE`, `CONTRACT_STALE_TERMS`, `CONTRACT_PROVIDER_NOT_STAKED`, `CONTRACT_ACCESS_REFUSED` and others of `createJob`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await createJob(writer, { params })
 */
export async function createJob(
  client: Writer,
  { params, accessProof = '0x' }: CreateJobParameters,
): Promise<CreateJobReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'createJob',
    args: [params, accessProof],
    attempted: `Opening a job with ${params.provider}`,
  })
}
