import type { Address, Hash, Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type ClaimRoyaltyParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
  /** Receives the money. */
  to: Address
}
export type ClaimRoyaltyReturnType = Hash

/**
 * Pays out a model's royalty, as its owner.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_MODEL_OWNER`, `CONTRACT_ZERO_AMOUNT`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await claimRoyalty(writer, { modelKey, to })
 */
export async function claimRoyalty(
  client: Writer,
  { modelKey, to }: ClaimRoyaltyParameters,
): Promise<ClaimRoyaltyReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'claimRoyalty',
    args: [modelKey, to],
    attempted: `Claiming the royalty of model ${modelKey}`,
  })
}
