import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type GetChannelFeeBpsReturnType = number

/**
 * Reads the protocol's share of what receivers earn, which never changes.
 *
 * @example
 * const feeBps = await getChannelFeeBps(reader)
 */
export async function getChannelFeeBps(client: Reader): Promise<GetChannelFeeBpsReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'feeBps',
    args: [],
    attempted: `Reading the fee of the channels`,
  })
}
