import type { Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetModelCidParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type GetModelCidReturnType = string

/**
 * Reads the CID of a model's manifest as the chain rebuilds it from the key.
 *
 * @returns CIDv1 (raw, sha2-256) in base32.
 * @example
 * const cid = await getModelCid(reader, { modelKey })
 */
export async function getModelCid(
  client: Reader,
  { modelKey }: GetModelCidParameters,
): Promise<GetModelCidReturnType> {
  return readCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'cidOf',
    args: [modelKey],
    attempted: `Reading the CID of model ${modelKey}`,
  })
}
