import type { Address } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type GetWithdrawableParameters = {
  /** Who would withdraw. */
  receiver: Address
}
export type GetWithdrawableReturnType = bigint

/**
 * Reads what a receiver could withdraw from its channels now, after the fee.
 *
 * @example
 * const amountUsdc = await getWithdrawable(reader, { receiver }) // USDC 1e-6
 */
export async function getWithdrawable(
  client: Reader,
  { receiver }: GetWithdrawableParameters,
): Promise<GetWithdrawableReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'withdrawable',
    args: [receiver],
    attempted: `Reading what ${receiver} can withdraw`,
  })
}
