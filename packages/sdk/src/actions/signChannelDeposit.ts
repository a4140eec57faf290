import { bytesToHex, type Hex } from 'viem'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import * as ChannelConfig from '../messages/channelConfig.ts'
import { channelDepositNonce } from './channelDepositNonce.ts'
import type { DepositToChannelWithAuthorizationParameters } from './depositToChannelWithAuthorization.ts'
import { signReceiveAuthorization } from './signReceiveAuthorization.ts'

export type SignChannelDepositParameters = {
  /** Terms of the channel; its payer is the client's account. */
  config: ChannelConfig.ChannelConfig
  /** In USDC 1e-6. */
  amountUsdc: bigint
  /** Unix seconds, 0 by default. */
  validAfter?: bigint
  /** Unix seconds of the chain. */
  validBefore: bigint
  /** 32 bytes; random by default. The same salt again makes the same deposit, which the token takes once. */
  salt?: Hex
}
export type SignChannelDepositReturnType = DepositToChannelWithAuthorizationParameters

/**
 * Signs that a channel may be funded from the client's USDC, once and with this amount (EIP-3009,
 * https://eips.ethereum.org/EIPS/eip-3009). Anybody can relay it, so the payer needs no gas.
 *
 * @returns What `depositToChannelWithAuthorization` takes. Nothing is sent.
 * @throws `TOKEN_DOMAIN_UNKNOWN`, `NOT_DEPLOYED`, or `USER_REJECTED` when the owner of the wallet refuses.
 * @example
 * const validBefore = BigInt(await getChainTime(writer)) + 600n
 * const deposit = await signChannelDeposit(writer, { config, amountUsdc: 5_000_000n, validBefore })
 * const hash = await depositToChannelWithAuthorization(relayer, deposit)
 */
export async function signChannelDeposit(
  client: Writer,
  { config, amountUsdc, validAfter = 0n, validBefore, salt = randomSalt() }: SignChannelDepositParameters,
): Promise<SignChannelDepositReturnType> {
  const channelId = ChannelConfig.id(client.dim, config)
  const signed = await signReceiveAuthorization(client, {
    to: deployedAddress(client.dim, 'paymentChannels'),
    amountUsdc,
    validAfter,
    validBefore,
    nonce: channelDepositNonce({ channelId, amountUsdc, salt }),
  })
  return { config, amountUsdc, salt, ...signed }
}

const randomSalt = (): Hex => bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
