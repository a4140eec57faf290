import type { Hash } from 'viem'
import { equivocationModuleAbi } from '../abis/equivocationModule.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { JobParams } from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'
import { type SignedReceipt, toProof } from './signedReceipt.ts'

export type ProveJobEquivocationParameters = {
  /** Terms of the job. */
  params: JobParams
  /** Two receipts of the job that differ. */
  receipts: readonly [SignedReceipt, SignedReceipt]
}
export type ProveJobEquivocationReturnType = Hash

/**
 * Slashes a provider for two contradictory receipts of a job; the caller is rewarded as the finder.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_JOB_MISMATCH` and what `proveEquivocation` throws, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await proveJobEquivocation(writer, { params, receipts: [signedA, signedB] })
 */
export async function proveJobEquivocation(
  client: Writer,
  { params, receipts }: ProveJobEquivocationParameters,
): Promise<ProveJobEquivocationReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'equivocationModule'),
    abi: equivocationModuleAbi,
    functionName: 'proveJobEquivocation',
    args: [params, ...toProof(receipts)],
    attempted: `Proving a contradiction of ${params.provider}`,
  })
}
