import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type { OrderSettlement } from '../messages/orderSettlement.ts'
import { sendCall } from './sendCall.ts'

export type SettleOrdersParameters = {
  /** Orders of one provider; cheapest when those of a client, a model and a word of nonces stand together. */
  settlements: readonly OrderSettlement[]
}
export type SettleOrdersReturnType = Hash

/**
 * Pays a provider for served orders, finally; the caller is the provider or a service key of it. Rows that cannot be paid are skipped.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined, and `OrderSettled` in its receipt says which rows were paid.
 * @throws `CONTRACT_NOT_ORDER_PROVIDER`, `CONTRACT_BAD_ROW_SIGNATURE`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await settleOrders(writer, { settlements })
 */
export async function settleOrders(
  client: Writer,
  { settlements }: SettleOrdersParameters,
): Promise<SettleOrdersReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'settleOrders',
    args: [settlements],
    attempted: `Settling ${settlements.length} orders`,
  })
}
