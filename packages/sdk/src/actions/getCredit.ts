import type { Address } from 'viem'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetCreditParameters = {
  account: Address
}
export type GetCreditReturnType = bigint

/**
 * Reads unpaid credit from slashes.
 *
 * @returns USDC 1e-6.
 * @example
 * const creditUsdc = await getCredit(reader, { account })
 */
export async function getCredit(
  client: Reader,
  { account }: GetCreditParameters,
): Promise<GetCreditReturnType> {
  return readCall(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    functionName: 'creditOf',
    args: [account],
    attempted: `Reading the credit of ${account}`,
  })
}
