import type { Abi, Address, Hex } from 'viem'
import {
  type ContractEventName,
  encodeEventTopics,
  type ParseEventLogsReturnType,
  parseEventLogs,
} from 'viem'
import type { Reader } from '../client.ts'
import { iterateTopicLogs } from './iterateTopicLogs.ts'

export type IterateEventsOptions<abi extends Abi, name extends ContractEventName<abi>> = {
  address: Address
  abi: abi
  eventNames: readonly name[]
  /** Indexed arguments in the first place after the event, the same for all names. */
  firstTopic?: Hex | undefined
  fromBlock: bigint
  toBlock?: bigint | undefined
  attempted: string
}

/** Decoded events of one contract in order, read in pages of blocks; a log that does not decode is not ours and is left out. */
export async function* iterateEvents<const abi extends Abi, const name extends ContractEventName<abi>>(
  client: Reader,
  options: IterateEventsOptions<abi, name>,
): AsyncGenerator<ParseEventLogsReturnType<abi, name[], true>[number]> {
  const { abi, eventNames, firstTopic } = options
  const kinds = eventNames.map((eventName) => encodeEventTopics({ abi, eventName } as never)[0] as Hex)
  const topics = firstTopic === undefined ? [kinds] : [kinds, firstTopic]
  for await (const { logs } of iterateTopicLogs(client, { ...options, topics })) {
    yield* parseEventLogs({ abi, eventName: [...eventNames], logs: logs as never, strict: true })
  }
}
