import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetMinimumStakeReturnType = bigint

/**
 * Reads the least stake with which a provider is given jobs.
 *
 * @returns USDC 1e-6.
 * @example
 * const minimumUsdc = await getMinimumStake(reader)
 */
export async function getMinimumStake(client: Reader): Promise<GetMinimumStakeReturnType> {
  return readCall(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    functionName: 'minimumStake',
    args: [],
    attempted: 'Reading the minimum stake',
  })
}
