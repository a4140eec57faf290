import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type ReserveParameters = {
  /** In USDC 1e-6, of what the caller has available in the escrow. */
  amountUsdc: bigint
}
export type ReserveReturnType = Hash

/**
 * Sets available balance apart for signed orders; it comes back only after the delay of a release.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_INSUFFICIENT_BALANCE`, `CONTRACT_ZERO_AMOUNT`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await reserve(writer, { amountUsdc: 5_000_000n })
 */
export async function reserve(client: Writer, { amountUsdc }: ReserveParameters): Promise<ReserveReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'reserve',
    args: [amountUsdc],
    attempted: `Reserving ${amountUsdc} (USDC 1e-6) for orders`,
  })
}
