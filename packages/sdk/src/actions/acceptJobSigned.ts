import type { Hash, Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type AcceptJobSignedParameters = {
  /** Terms of the job, as its client signed them. */
  params: JobParams.JobParams
  /** keccak256(abi.encode(provider, jobId, digest, salt)). */
  resultCommit: Hex
  /** SHA-256 of the root block of the result's envelope. */
  resultRef: Hex
  /** The client's EIP-712 `Acceptance`. */
  signature: Hex
}
export type AcceptJobSignedReturnType = Hash

/**
 * Relays a client's signed acceptance: the provider is paid at once.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_BAD_SIGNATURE`, `CONTRACT_RESULT_MISMATCH`, `CONTRACT_WRONG_STATUS`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await acceptJobSigned(writer, { params, resultCommit, resultRef, signature })
 */
export async function acceptJobSigned(
  client: Writer,
  { params, resultCommit, resultRef, signature }: AcceptJobSignedParameters,
): Promise<AcceptJobSignedReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'acceptSigned',
    args: [params, resultCommit, resultRef, signature],
    attempted: `Relaying the acceptance of ${params.client}`,
  })
}
