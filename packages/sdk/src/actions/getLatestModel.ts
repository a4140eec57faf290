import type { Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetLatestModelParameters = {
  /** Key of the first version. */
  family: Hex
}
export type GetLatestModelReturnType = Hex

/**
 * Reads the newest version of a family.
 *
 * @example
 * const modelKey = await getLatestModel(reader, { family })
 */
export async function getLatestModel(
  client: Reader,
  { family }: GetLatestModelParameters,
): Promise<GetLatestModelReturnType> {
  return readCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'latest',
    args: [family],
    attempted: `Reading the latest version of family ${family}`,
  })
}
