import type { Address, Hash } from 'viem'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'
import { usdcAbi } from './usdcAbi.ts'

export type ApproveUsdcParameters = {
  /** Usually `client.dim.jobEscrow` or `client.dim.providerRegistry`. */
  spender: Address
  /** Exactly what is needed, in USDC 1e-6; 0 revokes. */
  amountUsdc: bigint
}
export type ApproveUsdcReturnType = Hash

/**
 * Allows a contract to pull an exact amount of the caller's USDC.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await approveUsdc(writer, { spender: writer.dim.jobEscrow, amountUsdc: 5_000_000n })
 */
export async function approveUsdc(
  client: Writer,
  { spender, amountUsdc }: ApproveUsdcParameters,
): Promise<ApproveUsdcReturnType> {
  return sendCall(client, {
    address: client.dim.usdc,
    abi: usdcAbi,
    functionName: 'approve',
    args: [spender, amountUsdc],
    attempted: `Approving ${amountUsdc} (USDC 1e-6) to ${spender}`,
  })
}
