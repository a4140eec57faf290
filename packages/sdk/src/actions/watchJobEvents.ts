import type { Address, Hex, ParseEventLogsReturnType } from 'viem'
import { encodeEventTopics, parseEventLogs } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import { delay } from '../utils/delay.ts'
import { iterateTopicLogs } from './iterateTopicLogs.ts'

/** Events of jobs as viem decodes them. */
export const jobEventNames = [
  'JobOpened',
  'JobSubmitted',
  'JobPaid',
  'JobRefunded',
  'JobSplit',
  'JobDeclined',
  'JobRevoked',
  'JobChallenged',
] as const

export type JobEvent = ParseEventLogsReturnType<
  typeof jobEscrowAbi,
  (typeof jobEventNames)[number][],
  true
>[number]

export type WatchJobEventsParameters = {
  /** Only this job. */
  jobId?: Hex
  /** Only jobs of this provider, in events that name it. */
  provider?: Address
  /** First block to read, the next one by default. */
  fromBlock?: bigint
  /** Called with the events of each page of blocks that has any, in order. */
  onEvents: (events: readonly JobEvent[], toBlock: bigint) => void
  /** Called when the chain cannot be read; watching goes on where it stood. */
  onError?: (error: unknown) => void
  pollingIntervalMs?: number
}

const kinds = jobEventNames.map((eventName) => encodeEventTopics({ abi: jobEscrowAbi, eventName })[0])

/**
 * Watches the escrow's events by polling in pages of blocks; it does not notice reorganisations.
 *
 * @returns A function that ends it.
 * @example
 * const unwatch = watchJobEvents(reader, { provider, onEvents: (events) => console.log(events.length) })
 */
export function watchJobEvents(client: Reader, parameters: WatchJobEventsParameters): () => void {
  const controller = new AbortController()
  void poll(client, parameters, controller.signal)
  return () => controller.abort()
}

async function poll(client: Reader, parameters: WatchJobEventsParameters, signal: AbortSignal) {
  const { onError, pollingIntervalMs = 1_000 } = parameters
  let next = parameters.fromBlock
  while (!signal.aborted) {
    try {
      next ??= (await getBlockNumber(client, { cacheTime: 0 })) + 1n
      next = await readOn(client, { ...parameters, from: next }, signal)
    } catch (error) {
      onError?.(error)
    }
    // Aborting is the way in which watching ends.
    await delay(pollingIntervalMs, signal).catch(() => undefined)
  }
}

async function readOn(
  client: Reader,
  { from, jobId, provider, onEvents }: WatchJobEventsParameters & { from: bigint },
  signal: AbortSignal,
): Promise<bigint> {
  const address = client.dim.jobEscrow
  const topics = [kinds, jobId ?? null, provider === undefined ? null : toTopic(provider)]
  let next = from
  for await (const { logs, toBlock } of iterateTopicLogs(client, {
    address,
    topics,
    fromBlock: from,
    attempted: 'Watching jobs',
  })) {
    if (signal.aborted) return next
    const events = parseEventLogs({ abi: jobEscrowAbi, eventName: [...jobEventNames], logs: logs as never })
    if (events.length > 0) onEvents(events, toBlock)
    next = toBlock + 1n
  }
  return next
}

const toTopic = (address: Address): Hex => `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
