import type { Hex } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ChannelConfig } from '../messages/channelConfig.ts'
import { readCall } from './readCall.ts'

export type GetChannelIdParameters = {
  /** Terms of the channel. */
  config: ChannelConfig
}
export type GetChannelIdReturnType = Hex

/**
 * Asks the contract for the id of a channel; `ChannelConfig.id` computes the same offline.
 *
 * @example
 * const channelId = await getChannelId(reader, { config })
 */
export async function getChannelId(
  client: Reader,
  { config }: GetChannelIdParameters,
): Promise<GetChannelIdReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'channelIdOf',
    args: [config],
    attempted: `Reading the id of a channel`,
  })
}
