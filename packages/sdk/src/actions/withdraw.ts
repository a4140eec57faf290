import type { Address, Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type WithdrawParameters = {
  /** Receives the money. */
  to: Address
  /** In USDC 1e-6. */
  amountUsdc: bigint
}
export type WithdrawReturnType = Hash

/**
 * Pays out the caller's available balance in the escrow, at once.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_INSUFFICIENT_BALANCE`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const { availableUsdc } = await getEscrowAccount(writer, { account: writer.account.address })
 * const hash = await withdraw(writer, { to, amountUsdc: availableUsdc })
 */
export async function withdraw(
  client: Writer,
  { to, amountUsdc }: WithdrawParameters,
): Promise<WithdrawReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'withdraw',
    args: [to, amountUsdc],
    attempted: `Withdrawing ${amountUsdc} (USDC 1e-6) to ${to}`,
  })
}
