import type { Hex } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type GetChannelParameters = {
  /** `ChannelConfig.id` of its terms. */
  channelId: Hex
  /** `latest` by default; `finalized` is what no reorganisation undoes. */
  blockTag?: 'latest' | 'finalized' | 'pending' | undefined
}
export type GetChannelReturnType = {
  /** What the receiver is entitled to so far, in USDC 1e-6. */
  claimedUsdc: bigint
  /** What was put in, less what went back, in USDC 1e-6. */
  depositedUsdc: bigint
  /** What the payer announced to withdraw, in USDC 1e-6. */
  withdrawUsdc: bigint
  /** Unix seconds from which it may; 0 while nothing is announced. */
  withdrawAt: number
}

/**
 * Reads the state of a channel.
 *
 * @returns Zeros for a channel that was never funded.
 * @example
 * const { depositedUsdc, claimedUsdc } = await getChannel(reader, { channelId })
 */
export async function getChannel(
  client: Reader,
  { channelId, blockTag = 'latest' }: GetChannelParameters,
): Promise<GetChannelReturnType> {
  const channel = await readCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'channelOf',
    args: [channelId],
    blockTag,
    attempted: `Reading channel ${channelId}`,
  })
  const { claimed, deposited, withdrawAmount, withdrawAt } = channel
  return { claimedUsdc: claimed, depositedUsdc: deposited, withdrawUsdc: withdrawAmount, withdrawAt }
}
