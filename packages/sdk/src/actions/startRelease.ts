import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type StartReleaseParameters = {
  /** In USDC 1e-6, at most what is reserved; 0 takes the announcement back. */
  amountUsdc: bigint
}
export type StartReleaseReturnType = Hash

/**
 * Announces that reserved balance shall be available again; each call restarts the clock. Orders draw on it until `finishRelease`.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_INSUFFICIENT_RESERVE`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await startRelease(writer, { amountUsdc: 5_000_000n })
 */
export async function startRelease(
  client: Writer,
  { amountUsdc }: StartReleaseParameters,
): Promise<StartReleaseReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'startRelease',
    args: [amountUsdc],
    attempted: `Releasing ${amountUsdc} (USDC 1e-6) of what is reserved`,
  })
}
