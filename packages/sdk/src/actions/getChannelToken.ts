import type { Address } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type GetChannelTokenReturnType = Address

/**
 * Reads the address of the token of all channels.
 *
 * @example
 * const usdc = await getChannelToken(reader)
 */
export async function getChannelToken(client: Reader): Promise<GetChannelTokenReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'token',
    args: [],
    attempted: `Reading the token of the channels`,
  })
}
