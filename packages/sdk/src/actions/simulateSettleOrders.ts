import { simulateContract } from 'viem/actions'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'
import type { OrderSettlement } from '../messages/orderSettlement.ts'

export type SimulateSettleOrdersParameters = {
  settlements: readonly OrderSettlement[]
}
/** How many of the rows would be paid. */
export type SimulateSettleOrdersReturnType = number

/**
 * Asks how many rows `settleOrders` would pay now, at the pending block. Nothing is sent.
 *
 * @throws `CONTRACT_NOT_ORDER_PROVIDER`, `CONTRACT_BAD_ROW_SIGNATURE`.
 * @example
 * const isPayable = (await simulateSettleOrders(writer, { settlements: [row] })) === 1
 */
export async function simulateSettleOrders(
  client: Writer,
  { settlements }: SimulateSettleOrdersParameters,
): Promise<SimulateSettleOrdersReturnType> {
  try {
    const { result } = await simulateContract(client, {
      address: client.dim.jobEscrow,
      abi: jobEscrowAbi,
      functionName: 'settleOrders',
      args: [settlements],
      account: client.account,
      blockTag: 'pending',
    })
    return Number(result)
  } catch (error) {
    throw decodeRevert(error, `Simulating the settlement of ${settlements.length} orders`)
  }
}
