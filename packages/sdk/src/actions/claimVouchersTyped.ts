import type { Hash, Hex } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ChannelConfig } from '../messages/channelConfig.ts'
import { sendCall } from './sendCall.ts'

/** A voucher with the terms of its channel; `amountUsdc` is cumulative, in USDC 1e-6. */
export type TypedVoucher = {
  readonly config: ChannelConfig
  readonly amountUsdc: bigint
  /** Whatever the signer takes; 65 or 64 bytes for a key. */
  readonly signature: Hex
}

export type ClaimVouchersTypedParameters = {
  /** Of any receivers. */
  vouchers: readonly TypedVoucher[]
}
export type ClaimVouchersTypedReturnType = Hash

/**
 * Records vouchers that keys or accounts with code signed (EIP-1271, EIP-7702); a row that the account does not confirm is skipped.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_BAD_VOUCHER` naming the row of a signer without code, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await claimVouchersTyped(writer, { vouchers: [{ config, amountUsdc, signature }] })
 */
export async function claimVouchersTyped(
  client: Writer,
  { vouchers }: ClaimVouchersTypedParameters,
): Promise<ClaimVouchersTypedReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'claimTyped',
    args: [vouchers.map(toClaim)],
    attempted: `Claiming ${vouchers.length} vouchers`,
  })
}

const toClaim = ({ config, amountUsdc, signature }: TypedVoucher) => ({
  config,
  maxClaimableAmount: amountUsdc,
  sig: signature,
})
