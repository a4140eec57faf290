import type { Address, Hash } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ChannelConfig } from '../messages/channelConfig.ts'
import { sendCall } from './sendCall.ts'

export type FinishChannelWithdrawParameters = {
  /** Terms of the channel. */
  config: ChannelConfig
  /** Receives the money. */
  to: Address
}
export type FinishChannelWithdrawReturnType = Hash

/**
 * Pays the calling payer what it announced, or what is left unclaimed if that is less, once the delay is over.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_PAYER`, `CONTRACT_WITHDRAW_NOT_STARTED`, `CONTRACT_WITHDRAW_NOT_RIPE`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await finishChannelWithdraw(writer, { config, to: writer.account.address })
 */
export async function finishChannelWithdraw(
  client: Writer,
  { config, to }: FinishChannelWithdrawParameters,
): Promise<FinishChannelWithdrawReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'finishWithdraw',
    args: [config, to],
    attempted: `Withdrawing from a channel to ${to}`,
  })
}
