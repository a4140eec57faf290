import type { Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import type { JobOrder } from '../messages/jobOrder.ts'
import { readCall } from './readCall.ts'

export type GetOrderIdParameters = {
  order: JobOrder
}
export type GetOrderIdReturnType = Hex

/**
 * Asks the contract for the id of an order; `JobOrder.hash` computes the same offline.
 *
 * @example
 * const orderId = await getOrderId(reader, { order })
 */
export async function getOrderId(
  client: Reader,
  { order }: GetOrderIdParameters,
): Promise<GetOrderIdReturnType> {
  return readCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'orderIdOf',
    args: [order],
    attempted: 'Reading the id of an order',
  })
}
