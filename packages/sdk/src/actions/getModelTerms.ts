import type { Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Reader } from '../client.ts'
import { type ModelTerms, toModelTerms } from './modelTerms.ts'
import { readCall } from './readCall.ts'

export type GetModelTermsParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type GetModelTermsReturnType = ModelTerms

/**
 * Reads owner, floor, royalty, policy and status of a model in one call.
 *
 * @returns The floor in USDC 1e-6 for one unit, the royalty in basis points.
 * @throws `CONTRACT_MODEL_UNKNOWN` for a key that nobody registered.
 * @example
 * const { floorUsdc, royaltyBps } = await getModelTerms(reader, { modelKey })
 */
export async function getModelTerms(
  client: Reader,
  { modelKey }: GetModelTermsParameters,
): Promise<GetModelTermsReturnType> {
  const terms = await readCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'termsOf',
    args: [modelKey],
    attempted: `Reading the terms of model ${modelKey}`,
  })
  return toModelTerms(terms)
}
