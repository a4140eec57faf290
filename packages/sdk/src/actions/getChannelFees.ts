import type { Address } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type GetChannelFeesParameters = { receiver: Address }
export type GetChannelFeesReturnType = bigint

/**
 * Reads the protocol's fees that a receiver's withdrawals settled and nobody collected yet.
 *
 * @example
 * const feesUsdc = await getChannelFees(reader, { receiver }) // USDC 1e-6
 */
export async function getChannelFees(
  client: Reader,
  { receiver }: GetChannelFeesParameters,
): Promise<GetChannelFeesReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'feesAccrued',
    args: [receiver],
    attempted: `Reading the fees of the channels`,
  })
}
