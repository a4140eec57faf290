import type { Hash, Hex } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ChannelConfig } from '../messages/channelConfig.ts'
import { sendCall } from './sendCall.ts'

export type DepositToChannelWithAuthorizationParameters = {
  /** Terms of the channel. */
  config: ChannelConfig
  /** In USDC 1e-6. */
  amountUsdc: bigint
  /** 32 bytes that make the nonce unique. */
  salt: Hex
  /** Unix seconds, 0 by default. */
  validAfter?: bigint
  /** Unix seconds of the chain. */
  validBefore: bigint
  /** The payer's EIP-3009 signature: `signChannelDeposit`. */
  signature: Hex
}
export type DepositToChannelWithAuthorizationReturnType = Hash

/**
 * Funds a channel by its payer's EIP-3009 signature; anybody relays.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_DEPOSITS_PAUSED`, `CONTRACT_WITHDRAW_DELAY_OUT_OF_RANGE` or an error of the token, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await depositToChannelWithAuthorization(relayer, await signChannelDeposit(writer, { config, amountUsdc, validBefore }))
 */
export async function depositToChannelWithAuthorization(
  client: Writer,
  {
    config,
    amountUsdc,
    salt,
    validAfter = 0n,
    validBefore,
    signature,
  }: DepositToChannelWithAuthorizationParameters,
): Promise<DepositToChannelWithAuthorizationReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'depositWithAuthorization',
    args: [config, amountUsdc, salt, validAfter, validBefore, signature],
    attempted: `Depositing ${amountUsdc} (USDC 1e-6) into a channel of ${config.payer}`,
  })
}
