import type { Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetRoyaltyHistoryParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type GetRoyaltyHistoryReturnType = {
  previousBps: number
  /** Unix seconds of the last change; 0 if there was none. */
  changedAt: number
}

/**
 * Reads the royalty of a model before its last change, at which orders can be settled for 30 days after it.
 *
 * @example
 * const { previousBps, changedAt } = await getRoyaltyHistory(reader, { modelKey })
 */
export async function getRoyaltyHistory(
  client: Reader,
  { modelKey }: GetRoyaltyHistoryParameters,
): Promise<GetRoyaltyHistoryReturnType> {
  const [previousBps, changedAt] = await readCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'royaltyHistoryOf',
    args: [modelKey],
    attempted: `Reading the royalty history of model ${modelKey}`,
  })
  return { previousBps, changedAt }
}
