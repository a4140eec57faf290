import type { Hash } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ChannelConfig } from '../messages/channelConfig.ts'
import { sendCall } from './sendCall.ts'

export type RefundChannelParameters = {
  /** Terms of the channel. */
  config: ChannelConfig
  /** In USDC 1e-6. */
  amountUsdc: bigint
}
export type RefundChannelReturnType = Hash

/**
 * Gives unclaimed money back to the payer at once; only the receiver may.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_RECEIVER`, `CONTRACT_INSUFFICIENT_DEPOSIT`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await refundChannel(writer, { config, amountUsdc })
 */
export async function refundChannel(
  client: Writer,
  { config, amountUsdc }: RefundChannelParameters,
): Promise<RefundChannelReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'refund',
    args: [config, amountUsdc],
    attempted: `Refunding ${amountUsdc} (USDC 1e-6) to ${config.payer}`,
  })
}
