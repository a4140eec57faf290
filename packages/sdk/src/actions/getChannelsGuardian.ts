import type { Address } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type GetChannelsGuardianReturnType = Address

/**
 * Reads who may stop deposits into channels.
 *
 * @example
 * const guardian = await getChannelsGuardian(reader)
 */
export async function getChannelsGuardian(client: Reader): Promise<GetChannelsGuardianReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'guardian',
    args: [],
    attempted: `Reading the guardian of the channels`,
  })
}
