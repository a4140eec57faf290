import type { Address, Hash } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { sendCall } from './sendCall.ts'

export type WithdrawEarningsParameters = {
  /** Receives the money. */
  to: Address
  /** In USDC 1e-6, at most what `getWithdrawable` says. */
  amountUsdc: bigint
}
export type WithdrawEarningsReturnType = Hash

/**
 * Pays out what the caller earned by its channels.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_INSUFFICIENT_EARNINGS`, `CONTRACT_INVALID_RECIPIENT`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await withdrawEarnings(writer, { to, amountUsdc: await getWithdrawable(writer, { receiver: writer.account.address }) })
 */
export async function withdrawEarnings(
  client: Writer,
  { to, amountUsdc }: WithdrawEarningsParameters,
): Promise<WithdrawEarningsReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'withdraw',
    args: [to, amountUsdc],
    attempted: `Withdrawing ${amountUsdc} (USDC 1e-6) of earnings to ${to}`,
  })
}
