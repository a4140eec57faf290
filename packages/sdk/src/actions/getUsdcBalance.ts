import type { Address } from 'viem'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'
import { usdcAbi } from './usdcAbi.ts'

export type GetUsdcBalanceParameters = {
  account: Address
}
export type GetUsdcBalanceReturnType = bigint

/**
 * Reads an account's USDC outside of the escrow.
 *
 * @returns USDC 1e-6.
 * @example
 * const balanceUsdc = await getUsdcBalance(reader, { account })
 */
export async function getUsdcBalance(
  client: Reader,
  { account }: GetUsdcBalanceParameters,
): Promise<GetUsdcBalanceReturnType> {
  return readCall(client, {
    address: client.dim.usdc,
    abi: usdcAbi,
    functionName: 'balanceOf',
    args: [account],
    attempted: `Reading the USDC balance of ${account}`,
  })
}
