import { type Address, encodeEventTopics, type Hex, parseEventLogs } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { iterateTopicLogs } from './iterateTopicLogs.ts'

export type ListChannelWithdrawalsParameters = {
  /** Only channels that pay this receiver. */
  receiver?: Address | undefined
  /** First block to read, the deployment's by default. */
  fromBlock?: bigint | undefined
  /** Last block to read, the latest by default. */
  toBlock?: bigint | undefined
}
/** What a payer announced; both numbers are zero when it took its announcement back. */
export type ChannelWithdrawal = {
  channelId: Hex
  payer: Address
  receiver: Address
  /** In USDC 1e-6. */
  amountUsdc: bigint
  /** Unix seconds from which the payer may withdraw. */
  withdrawAt: number
}
export type ListChannelWithdrawalsReturnType = ChannelWithdrawal[]

/**
 * Lists what payers announced to withdraw, oldest first: the receiver has until `withdrawAt` to claim.
 *
 * @example
 * const announced = await listChannelWithdrawals(reader, { receiver, fromBlock })
 */
export async function listChannelWithdrawals(
  client: Reader,
  { receiver, fromBlock = client.dim.deployedAtBlock, toBlock }: ListChannelWithdrawalsParameters = {},
): Promise<ListChannelWithdrawalsReturnType> {
  const [kind] = encodeEventTopics({ abi: paymentChannelsAbi, eventName: 'WithdrawStarted' })
  const pages = iterateTopicLogs(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    topics: [kind, null, null, receiver === undefined ? null : toTopic(receiver)],
    fromBlock,
    toBlock,
    attempted: 'Listing announced withdrawals',
  })
  const withdrawals: ChannelWithdrawal[] = []
  for await (const { logs } of pages) {
    const events = parseEventLogs({
      abi: paymentChannelsAbi,
      eventName: 'WithdrawStarted',
      logs: logs as never,
    })
    withdrawals.push(...events.map(({ args: { amount, ...rest } }) => ({ ...rest, amountUsdc: amount })))
  }
  return withdrawals
}

const toTopic = (address: Address): Hex => `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
