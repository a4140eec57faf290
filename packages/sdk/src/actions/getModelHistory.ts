import type { Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetModelHistoryParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type GetModelHistoryReturnType = {
  previousRoyaltyBps: number
  /** Unix seconds of the last change of the royalty; 0 if there was none. */
  royaltyChangedAt: number
  /** Unix seconds when the model, public until then, was last deprecated or given another policy; 0 if never. */
  closedAt: number
}

/**
 * Reads the terms of a model before their last change, at which orders can be settled for 30 days after it.
 *
 * @example
 * const { previousRoyaltyBps, royaltyChangedAt, closedAt } = await getModelHistory(reader, { modelKey })
 */
export async function getModelHistory(
  client: Reader,
  { modelKey }: GetModelHistoryParameters,
): Promise<GetModelHistoryReturnType> {
  const [previousRoyaltyBps, royaltyChangedAt, closedAt] = await readCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'historyOf',
    args: [modelKey],
    attempted: `Reading the history of model ${modelKey}`,
  })
  return { previousRoyaltyBps, royaltyChangedAt, closedAt }
}
