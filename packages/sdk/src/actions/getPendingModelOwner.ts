import type { Address, Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetPendingModelOwnerParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type GetPendingModelOwnerReturnType = Address

/**
 * Reads the account to which a model was offered.
 *
 * @returns The zero address when there is no offer.
 * @example
 * const owner = await getPendingModelOwner(reader, { modelKey })
 */
export async function getPendingModelOwner(
  client: Reader,
  { modelKey }: GetPendingModelOwnerParameters,
): Promise<GetPendingModelOwnerReturnType> {
  return readCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'pendingOwnerOf',
    args: [modelKey],
    attempted: `Reading to whom model ${modelKey} is offered`,
  })
}
