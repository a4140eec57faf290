import type { Address } from 'viem'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'
import { usdcAbi } from './usdcAbi.ts'

export type GetUsdcAllowanceParameters = {
  owner: Address
  spender: Address
}
export type GetUsdcAllowanceReturnType = bigint

/**
 * Reads how much a contract may pull from an account.
 *
 * @returns USDC 1e-6.
 * @example
 * const allowanceUsdc = await getUsdcAllowance(reader, { owner, spender })
 */
export async function getUsdcAllowance(
  client: Reader,
  { owner, spender }: GetUsdcAllowanceParameters,
): Promise<GetUsdcAllowanceReturnType> {
  return readCall(client, {
    address: client.dim.usdc,
    abi: usdcAbi,
    functionName: 'allowance',
    args: [owner, spender],
    attempted: `Reading what ${spender} may pull from ${owner}`,
  })
}
