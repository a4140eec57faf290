import type { TransactionReceipt } from 'viem'
import { depositToChannelWithAuthorization } from '../actions/depositToChannelWithAuthorization.ts'
import { getChainTime } from '../actions/getChainTime.ts'
import { signChannelDeposit } from '../actions/signChannelDeposit.ts'
import { waitForTransaction } from '../actions/waitForTransaction.ts'
import type { Writer } from '../client.ts'
import type { ChannelConfig } from '../messages/channelConfig.ts'

export type FundChannelParameters = {
  /** Terms of the channel; its payer is the client's account. */
  config: ChannelConfig
  /** In USDC 1e-6. */
  amountUsdc: bigint
  /** How long the signature is good, in seconds of the chain; 600 by default. */
  validForSeconds?: number | undefined
}
export type FundChannelReturnType = TransactionReceipt

/**
 * Funds a channel from the client's USDC with one signature and one transaction, without an allowance, and waits until it is mined.
 *
 * @returns The receipt of the transaction.
 * @throws `USER_REJECTED`, what `depositToChannelWithAuthorization` throws before it sends, and what `waitForTransaction` throws after.
 * @example
 * const config = ChannelConfig.between({ payer: writer.account.address, receiver, withdrawDelay: 86_400 })
 * await fundChannel(writer, { config, amountUsdc: 5_000_000n })
 */
export async function fundChannel(
  client: Writer,
  { config, amountUsdc, validForSeconds = 600 }: FundChannelParameters,
): Promise<FundChannelReturnType> {
  const validBefore = BigInt((await getChainTime(client)) + validForSeconds)
  const deposit = await signChannelDeposit(client, { config, amountUsdc, validBefore })
  return waitForTransaction(client, { hash: await depositToChannelWithAuthorization(client, deposit) })
}
