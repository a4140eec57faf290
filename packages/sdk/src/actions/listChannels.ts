import type { Address, Hex } from 'viem'
import { encodeEventTopics, parseEventLogs } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ChannelConfig } from '../messages/channelConfig.ts'
import { iterateTopicLogs } from './iterateTopicLogs.ts'

export type ListChannelsParameters = {
  /** Only channels of this payer. */
  payer?: Address | undefined
  /** Only channels that pay this receiver. */
  receiver?: Address | undefined
  /** First block to read, the deployment's by default. */
  fromBlock?: bigint | undefined
}
export type ListedChannel = { channelId: Hex; config: ChannelConfig }
export type ListChannelsReturnType = ListedChannel[]

/**
 * Lists channels from their deposits, each once, oldest first: all that is needed to use or to claim them.
 *
 * @example
 * const mine = await listChannels(reader, { payer: writer.account.address })
 */
export async function listChannels(
  client: Reader,
  { payer, receiver, fromBlock = client.dim.deployedAtBlock }: ListChannelsParameters = {},
): Promise<ListChannelsReturnType> {
  const [kind] = encodeEventTopics({ abi: paymentChannelsAbi, eventName: 'Deposited' })
  const pages = iterateTopicLogs(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    topics: [kind, null, toTopic(payer), toTopic(receiver)],
    fromBlock,
    attempted: 'Listing channels',
  })
  const channels = new Map<Hex, ListedChannel>()
  for await (const { logs } of pages) {
    const events = parseEventLogs({ abi: paymentChannelsAbi, eventName: 'Deposited', logs: logs as never })
    for (const { args } of events)
      channels.set(args.channelId, { channelId: args.channelId, config: args.config })
  }
  return [...channels.values()]
}

const toTopic = (address: Address | undefined): Hex | null =>
  address === undefined ? null : `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
