import type { Address, BlockTag } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetOrderNoncesParameters = {
  /** Whose orders. */
  account: Address
  /** Index of 256 nonces: `nonce >> 8n`. */
  word: bigint
  /** `latest` by default. */
  blockTag?: BlockTag
}
export type GetOrderNoncesReturnType = {
  /** Those that were used or cancelled, one bit each. */
  used: bigint
  /** Those on their way to be cancelled, one bit each. */
  cancelling: bigint
  /** Unix seconds from which the cancellation may be finished; 0 if none was started. */
  ripeAt: number
}

/**
 * Reads the state of 256 nonces of a client.
 *
 * @example
 * const { used } = await getOrderNonces(reader, { account: order.client, word: order.nonce >> 8n })
 */
export async function getOrderNonces(
  client: Reader,
  { account, word, blockTag = 'latest' }: GetOrderNoncesParameters,
): Promise<GetOrderNoncesReturnType> {
  const [used, cancelling, ripeAt] = await readCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'noncesOf',
    args: [account, word],
    blockTag,
    attempted: `Reading the nonces of the orders of ${account}`,
  })
  return { used, cancelling, ripeAt: Number(ripeAt) }
}
