import type { Hash } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ChannelConfig } from '../messages/channelConfig.ts'
import { sendCall } from './sendCall.ts'

export type StartChannelWithdrawParameters = {
  /** Terms of the channel. */
  config: ChannelConfig
  /** Most to withdraw, in USDC 1e-6; 0 takes the announcement back. */
  amountUsdc: bigint
}
export type StartChannelWithdrawReturnType = Hash

/**
 * Announces that the calling payer withdraws from a channel; each call restarts the clock. The receiver may claim until it is ripe.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_PAYER`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await startChannelWithdraw(writer, { config, amountUsdc })
 */
export async function startChannelWithdraw(
  client: Writer,
  { config, amountUsdc }: StartChannelWithdrawParameters,
): Promise<StartChannelWithdrawReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'startWithdraw',
    args: [config, amountUsdc],
    attempted: `Announcing a withdrawal of ${amountUsdc} (USDC 1e-6) from a channel`,
  })
}
