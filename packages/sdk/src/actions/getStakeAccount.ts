import type { Address } from 'viem'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetStakeAccountParameters = {
  provider: Address
}
export type GetStakeAccountReturnType = {
  stakeUsdc: bigint
  exposureUsdc: bigint
  thawingUsdc: bigint
  /** Unix seconds. */
  thawEnd: number
}

/**
 * Reads the books of a provider.
 *
 * @returns Amounts in USDC 1e-6: only `stakeUsdc` backs jobs, `thawingUsdc` leaves at `thawEnd` (unix seconds), `exposureUsdc` is bound by submitted jobs.
 * @example
 * const { stakeUsdc } = await getStakeAccount(reader, { provider })
 */
export async function getStakeAccount(
  client: Reader,
  { provider }: GetStakeAccountParameters,
): Promise<GetStakeAccountReturnType> {
  const answer = await readCall(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    functionName: 'accountOf',
    args: [provider],
    attempted: `Reading the stake of ${provider}`,
  })
  return {
    stakeUsdc: answer.stake,
    exposureUsdc: answer.exposure,
    thawingUsdc: answer.thawing,
    thawEnd: answer.thawEnd,
  }
}
