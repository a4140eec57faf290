import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type GetWithdrawDelaysReturnType = { min: number; max: number }

/**
 * Reads the bounds of the delay of a channel, in seconds.
 *
 * @example
 * const { min } = await getWithdrawDelays(reader)
 */
export async function getWithdrawDelays(client: Reader): Promise<GetWithdrawDelaysReturnType> {
  const [min, max] = await readCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'withdrawDelays',
    args: [],
    attempted: `Reading the bounds of the delay`,
  })
  return { min, max }
}
