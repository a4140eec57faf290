import type { Hash, Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type SubmitResultSignedParameters = {
  /** Terms of the job, as its client signed them. */
  params: JobParams.JobParams
  /** keccak256(abi.encode(provider, jobId, digest, salt)). */
  resultCommit: Hex
  /** SHA-256 of the root block of the result's envelope. */
  resultRef: Hex
  /** What the job costs in USDC 1e-6: floor ≤ charged ≤ price. */
  chargedUsdc: bigint
  /** EIP-712 `ResultSubmission` of the provider or its service key. */
  signature: Hex
}
export type SubmitResultSignedReturnType = Hash

/**
 * Relays a provider's signed commitment to a result.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_BAD_SIGNATURE`, `CONTRACT_SUBMIT_TOO_LATE`, `CONTRACT_CHARGE_OUT_OF_RANGE`, `CONTRACT_WRONG_STATUS`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await submitResultSigned(writer, { params, resultCommit, resultRef, chargedUsdc, signature })
 */
export async function submitResultSigned(
  client: Writer,
  { params, resultCommit, resultRef, chargedUsdc, signature }: SubmitResultSignedParameters,
): Promise<SubmitResultSignedReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'submitSigned',
    args: [params, resultCommit, resultRef, chargedUsdc, signature],
    attempted: `Submitting the signed result of the job of ${params.client}`,
  })
}
