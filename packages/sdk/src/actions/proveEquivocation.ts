import type { Hash } from 'viem'
import { equivocationModuleAbi } from '../abis/equivocationModule.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { sendCall } from './sendCall.ts'
import { type SignedReceipt, toProof } from './signedReceipt.ts'

export type ProveEquivocationParameters = {
  /** Two receipts that differ and stand at the same place of a channel. */
  receipts: readonly [SignedReceipt, SignedReceipt]
}
export type ProveEquivocationReturnType = Hash

/**
 * Slashes a provider for two contradictory receipts of a channel; the caller is rewarded as the finder.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_RECEIPTS_UNRELATED`, `CONTRACT_RECEIPTS_IDENTICAL`, `CONTRACT_RECEIPT_OUT_OF_PERIOD`, `CONTRACT_RECEIPT_NOT_SIGNED`,
 *   `CONTRACT_ALREADY_PROVEN`, `CONTRACT_JOB_TERMS_NEEDED` or `CONTRACT_NOTHING_TO_SLASH`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await proveEquivocation(writer, { receipts: [{ receipt: a, signature: signatureA }, { receipt: b, signature: signatureB }] })
 */
export async function proveEquivocation(
  client: Writer,
  { receipts }: ProveEquivocationParameters,
): Promise<ProveEquivocationReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'equivocationModule'),
    abi: equivocationModuleAbi,
    functionName: 'proveEquivocation',
    args: [...toProof(receipts)],
    attempted: `Proving a contradiction of ${receipts[0].receipt.provider}`,
  })
}
