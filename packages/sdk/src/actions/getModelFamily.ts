import type { Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetModelFamilyParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type GetModelFamilyReturnType = Hex

/**
 * Reads the key of the first version of a model's family.
 *
 * @example
 * const family = await getModelFamily(reader, { modelKey })
 */
export async function getModelFamily(
  client: Reader,
  { modelKey }: GetModelFamilyParameters,
): Promise<GetModelFamilyReturnType> {
  return readCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'familyOf',
    args: [modelKey],
    attempted: `Reading the family of model ${modelKey}`,
  })
}
