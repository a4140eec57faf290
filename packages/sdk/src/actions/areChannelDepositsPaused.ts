import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type AreChannelDepositsPausedReturnType = boolean

/**
 * Answers whether deposits into channels are stopped.
 *
 * @example
 * if (await areChannelDepositsPaused(reader)) return
 */
export async function areChannelDepositsPaused(client: Reader): Promise<AreChannelDepositsPausedReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'depositsPaused',
    args: [],
    attempted: `Reading whether deposits are stopped`,
  })
}
