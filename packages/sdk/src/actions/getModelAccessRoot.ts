import type { Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetModelAccessRootParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type GetModelAccessRootReturnType = Hex

/**
 * Reads what a model's access policy asks for: root of an allowlist, hash of a token gate, or signer and epoch of licences.
 *
 * @returns 32 bytes, zero for a public and a private model.
 * @example
 * const root = await getModelAccessRoot(reader, { modelKey })
 */
export async function getModelAccessRoot(
  client: Reader,
  { modelKey }: GetModelAccessRootParameters,
): Promise<GetModelAccessRootReturnType> {
  return readCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'accessRootOf',
    args: [modelKey],
    attempted: `Reading the access root of model ${modelKey}`,
  })
}
