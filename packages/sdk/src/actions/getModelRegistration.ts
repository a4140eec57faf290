import type { Address, Hash, Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Reader } from '../client.ts'
import { iterateEvents } from './iterateEvents.ts'

export type GetModelRegistrationParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type GetModelRegistrationReturnType =
  | { registrant: Address; family: Hex; transactionHash: Hash; blockNumber: bigint }
  | undefined

/**
 * Reads who registered a model: if that is not its manifest's `publisher`, a stranger took the key.
 *
 * @returns `undefined` for a key that nobody registered.
 * @example
 * const registration = await getModelRegistration(reader, { modelKey })
 */
export async function getModelRegistration(
  client: Reader,
  { modelKey }: GetModelRegistrationParameters,
): Promise<GetModelRegistrationReturnType> {
  const events = iterateEvents(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    eventNames: ['ModelRegistered'],
    firstTopic: modelKey,
    fromBlock: client.dim.deployedAtBlock,
    attempted: `Reading who registered model ${modelKey}`,
  })
  for await (const { args, transactionHash, blockNumber } of events) {
    return { registrant: args.owner, family: args.family, transactionHash, blockNumber: BigInt(blockNumber) }
  }
  return undefined
}
