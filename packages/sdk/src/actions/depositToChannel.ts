import type { Hash } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ChannelConfig } from '../messages/channelConfig.ts'
import { sendCall } from './sendCall.ts'

export type DepositToChannelParameters = {
  /** Terms of the channel. */
  config: ChannelConfig
  /** In USDC 1e-6. */
  amountUsdc: bigint
}
export type DepositToChannelReturnType = Hash

/**
 * Funds a channel from the caller's allowance, whoever its payer is.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_DEPOSITS_PAUSED`, `CONTRACT_WITHDRAW_DELAY_OUT_OF_RANGE`, `CONTRACT_SAFE_ERC20_FAILED_OPERATION` or an error of the token, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await depositToChannel(writer, { config, amountUsdc: 5_000_000n })
 */
export async function depositToChannel(
  client: Writer,
  { config, amountUsdc }: DepositToChannelParameters,
): Promise<DepositToChannelReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'deposit',
    args: [config, amountUsdc],
    attempted: `Depositing ${amountUsdc} (USDC 1e-6) into a channel of ${config.payer}`,
  })
}
