import type { Address, Hash, Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type TransferModelOwnerParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
  /** Account that may take the model over; the zero address withdraws the offer. */
  newOwner: Address
}
export type TransferModelOwnerReturnType = Hash

/**
 * Offers a model to a new owner; nothing changes until that account calls `acceptModelOwner`.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_MODEL_OWNER`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await transferModelOwner(writer, { modelKey, newOwner })
 */
export async function transferModelOwner(
  client: Writer,
  { modelKey, newOwner }: TransferModelOwnerParameters,
): Promise<TransferModelOwnerReturnType> {
  return sendCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'transferOwner',
    args: [modelKey, newOwner],
    attempted: `Offering model ${modelKey} to ${newOwner}`,
  })
}
