import type { Hash, Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type SubmitResultParameters = {
  /** Terms of the job, as its client signed them. */
  params: JobParams.JobParams
  /** keccak256(abi.encode(provider, jobId, digest, salt)). */
  resultCommit: Hex
  /** SHA-256 of the root block of the result's envelope. */
  resultRef: Hex
  /** What the job costs in USDC 1e-6: floor ≤ charged ≤ price. */
  chargedUsdc: bigint
}
export type SubmitResultReturnType = Hash

/**
 * Commits to a result as the provider or its service key.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_SUBMIT_TOO_LATE`, `CONTRACT_CHARGE_OUT_OF_RANGE`, `CONTRACT_NOT_PROVIDER`, `CONTRACT_WRONG_STATUS`, `CONTRACT_STAKE_TOO_SMALL`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await submitResult(writer, { params, resultCommit, resultRef, chargedUsdc: params.price })
 */
export async function submitResult(
  client: Writer,
  { params, resultCommit, resultRef, chargedUsdc }: SubmitResultParameters,
): Promise<SubmitResultReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'submit',
    args: [params, resultCommit, resultRef, chargedUsdc],
    attempted: `Submitting the result of the job of ${params.client}`,
  })
}
