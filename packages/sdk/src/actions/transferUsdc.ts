import type { Address, Hash } from 'viem'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'
import { usdcAbi } from './usdcAbi.ts'

export type TransferUsdcParameters = {
  to: Address
  /** In USDC 1e-6. */
  amountUsdc: bigint
}
export type TransferUsdcReturnType = Hash

/**
 * Moves the caller's USDC.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await transferUsdc(writer, { to, amountUsdc: 1_000_000n })
 */
export async function transferUsdc(
  client: Writer,
  { to, amountUsdc }: TransferUsdcParameters,
): Promise<TransferUsdcReturnType> {
  return sendCall(client, {
    address: client.dim.usdc,
    abi: usdcAbi,
    functionName: 'transfer',
    args: [to, amountUsdc],
    attempted: `Transferring ${amountUsdc} (USDC 1e-6) to ${to}`,
  })
}
