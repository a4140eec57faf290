import type { Hash } from 'viem'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type RequestUnstakeParameters = {
  /** In USDC 1e-6. */
  amountUsdc: bigint
}
export type RequestUnstakeReturnType = Hash

/**
 * Moves part of the caller's stake to thawing; asking again restarts the clock.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_STAKE_TOO_SMALL` when open jobs need it, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await requestUnstake(writer, { amountUsdc: 10_000_000n })
 */
export async function requestUnstake(
  client: Writer,
  { amountUsdc }: RequestUnstakeParameters,
): Promise<RequestUnstakeReturnType> {
  return sendCall(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    functionName: 'requestUnstake',
    args: [amountUsdc],
    attempted: `Unstaking ${amountUsdc} (USDC 1e-6)`,
  })
}
