import type { Address, BlockTag } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetEscrowAccountParameters = {
  account: Address
  /** `latest` by default. */
  blockTag?: BlockTag
}
export type GetEscrowAccountReturnType = {
  availableUsdc: bigint
  reservedUsdc: bigint
  releasingUsdc: bigint
  /** Unix seconds. */
  releaseAt: number
}

/**
 * Reads an account's balance in the escrow.
 *
 * @returns Amounts in USDC 1e-6: `availableUsdc` may be withdrawn at once, `releasingUsdc` of `reservedUsdc` becomes available at `releaseAt` (unix seconds).
 * @example
 * const { availableUsdc } = await getEscrowAccount(reader, { account })
 */
export async function getEscrowAccount(
  client: Reader,
  { account, blockTag = 'latest' }: GetEscrowAccountParameters,
): Promise<GetEscrowAccountReturnType> {
  const answer = await readCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'accountOf',
    args: [account],
    blockTag,
    attempted: `Reading the escrow balance of ${account}`,
  })
  return {
    availableUsdc: answer.available,
    reservedUsdc: answer.reserved,
    releasingUsdc: answer.releasing,
    releaseAt: answer.releaseAt,
  }
}
