import { type Address, type Hex, parseEventLogs } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import { iterateTopicLogs } from './iterateTopicLogs.ts'
import { type OrderSettled, orderTopic, toOrderEvent } from './orderEvents.ts'

export type ListSettledOrdersParameters = {
  /** Only this order. */
  orderId?: Hex | undefined
  /** Only orders of this client. */
  account?: Address | undefined
  /** Only orders of this provider. */
  provider?: Address | undefined
  /** First block to read, the deployment's by default. */
  fromBlock?: bigint | undefined
  /** Last block to read, the latest by default. */
  toBlock?: bigint | undefined
}
export type ListSettledOrdersReturnType = OrderSettled[]

/**
 * Lists orders that were paid, oldest first.
 *
 * @returns Shares in USDC 1e-6; their sum is what was charged.
 * @example
 * const [settled] = await listSettledOrders(reader, { orderId })
 */
export async function listSettledOrders(
  client: Reader,
  parameters: ListSettledOrdersParameters = {},
): Promise<ListSettledOrdersReturnType> {
  const { orderId, account, provider, fromBlock = client.dim.deployedAtBlock, toBlock } = parameters
  const pages = iterateTopicLogs(client, {
    address: client.dim.jobEscrow,
    topics: [orderTopic('OrderSettled'), orderId ?? null, toTopic(account), toTopic(provider)],
    fromBlock,
    toBlock,
    attempted: 'Listing settled orders',
  })
  const settled: OrderSettled[] = []
  for await (const { logs } of pages) {
    const events = parseEventLogs({ abi: jobEscrowAbi, eventName: ['OrderSettled'], logs: logs as never })
    settled.push(...events.map((event) => toOrderEvent(event) as OrderSettled))
  }
  return settled
}

const toTopic = (address: Address | undefined): Hex | null =>
  address === undefined ? null : `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
