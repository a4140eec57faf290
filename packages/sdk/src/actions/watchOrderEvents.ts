import { parseEventLogs } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'
import { delay } from '../utils/delay.ts'
import { iterateTopicLogs } from './iterateTopicLogs.ts'
import { type OrderEvent, orderEventNames, orderTopic, toOrderEvent } from './orderEvents.ts'

export type WatchOrderEventsParameters = {
  /** First block to read, the next one by default. */
  fromBlock?: bigint | undefined
  /** Called with the events of each page of blocks that has any, in order. */
  onEvents: (events: readonly OrderEvent[], toBlock: bigint) => void
  /** Called when the chain cannot be read; watching goes on where it stood. */
  onError?: ((error: unknown) => void) | undefined
  /** 1,000 by default. */
  pollingIntervalMs?: number | undefined
}

/**
 * Watches settlements, announced cancellations and announced releases of orders by polling; it does not notice reorganisations.
 *
 * @returns A function that ends it.
 * @example
 * const unwatch = watchOrderEvents(reader, { onEvents: (events) => console.log(events.length) })
 */
export function watchOrderEvents(client: Reader, parameters: WatchOrderEventsParameters): () => void {
  const controller = new AbortController()
  void poll(client, parameters, controller.signal)
  return () => controller.abort()
}

async function poll(client: Reader, parameters: WatchOrderEventsParameters, signal: AbortSignal) {
  const { onError, pollingIntervalMs = 1_000 } = parameters
  let next = parameters.fromBlock
  while (!signal.aborted) {
    try {
      next ??= (await latestBlock(client)) + 1n
      next = await readOn(client, { ...parameters, from: next }, signal)
    } catch (error) {
      onError?.(error)
    }
    // Aborting is the way in which watching ends.
    await delay(pollingIntervalMs, signal).catch(() => undefined)
  }
}

async function latestBlock(client: Reader): Promise<bigint> {
  try {
    return await getBlockNumber(client, { cacheTime: 0 })
  } catch (error) {
    throw decodeRevert(error, 'Watching orders')
  }
}

async function readOn(
  client: Reader,
  { from, onEvents }: WatchOrderEventsParameters & { from: bigint },
  signal: AbortSignal,
): Promise<bigint> {
  let next = from
  for await (const { logs, toBlock } of iterateTopicLogs(client, {
    address: client.dim.jobEscrow,
    topics: [orderEventNames.map(orderTopic)],
    fromBlock: from,
    attempted: 'Watching orders',
  })) {
    if (signal.aborted) return next
    const events = parseEventLogs({ abi: jobEscrowAbi, eventName: [...orderEventNames], logs: logs as never })
    if (events.length > 0) onEvents(events.map(toOrderEvent), toBlock)
    next = toBlock + 1n
  }
  return next
}
