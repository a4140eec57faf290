import type { Hash, Hex } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { splitSignature } from '../crypto/splitSignature.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { SignatureInvalidError } from '../errors/signatureInvalid.ts'
import type { ChannelConfig } from '../messages/channelConfig.ts'
import { sendCall } from './sendCall.ts'

export type DepositToChannelWithPermitParameters = {
  /** Terms of the channel. */
  config: ChannelConfig
  /** In USDC 1e-6. */
  amountUsdc: bigint
  /** Of the permit, unix seconds of the chain. */
  deadline: bigint
  /** The payer's EIP-2612 signature of 65 bytes. */
  signature: Hex
}
export type DepositToChannelWithPermitReturnType = Hash

/**
 * Funds a channel from the caller, its payer, by an EIP-2612 permit; a permit that was used already does no harm.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_PAYER`, `CONTRACT_DEPOSITS_PAUSED`, `SIGNATURE_INVALID`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await depositToChannelWithPermit(writer, { config, amountUsdc, deadline, signature })
 */
export async function depositToChannelWithPermit(
  client: Writer,
  { config, amountUsdc, deadline, signature }: DepositToChannelWithPermitParameters,
): Promise<DepositToChannelWithPermitReturnType> {
  const parts = splitSignature(signature)
  if (parts === undefined) throw new SignatureInvalidError('The permit', config.payer)
  const { r, s, yParity } = parts
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'depositWithPermit',
    args: [config, amountUsdc, deadline, 27 + yParity, r, s],
    attempted: `Depositing ${amountUsdc} (USDC 1e-6) into a channel of ${config.payer}`,
  })
}
