import { type Address, type Hex, parseEventLogs } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import { iterateTopicLogs } from './iterateTopicLogs.ts'
import { type OrderCancelStarted, orderTopic, type ReleaseStarted, toOrderEvent } from './orderEvents.ts'

export type ListOrderThreatsParameters = {
  /** Only what this client announced. */
  account?: Address | undefined
  /** First block to read, the deployment's by default. */
  fromBlock?: bigint | undefined
  /** Last block to read, the latest by default. */
  toBlock?: bigint | undefined
}
export type ListOrderThreatsReturnType = (OrderCancelStarted | ReleaseStarted)[]

/**
 * Lists what clients announced that can take an order's money away, cancellations and releases, oldest first: a provider has until
 * `ripeAt` or `releaseAt` to settle.
 *
 * @example
 * const announced = await listOrderThreats(reader, { account: order.client })
 */
export async function listOrderThreats(
  client: Reader,
  { account, fromBlock = client.dim.deployedAtBlock, toBlock }: ListOrderThreatsParameters = {},
): Promise<ListOrderThreatsReturnType> {
  const names = ['OrderCancelStarted', 'ReleaseStarted'] as const
  const kinds = names.map(orderTopic)
  const pages = iterateTopicLogs(client, {
    address: client.dim.jobEscrow,
    topics: account === undefined ? [kinds] : [kinds, toTopic(account)],
    fromBlock,
    toBlock,
    attempted: 'Listing announced cancellations and releases',
  })
  const threats: ListOrderThreatsReturnType = []
  for await (const { logs } of pages) {
    const events = parseEventLogs({ abi: jobEscrowAbi, eventName: [...names], logs: logs as never })
    threats.push(...events.map((event) => toOrderEvent(event) as ListOrderThreatsReturnType[number]))
  }
  return threats
}

const toTopic = (address: Address): Hex => `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
