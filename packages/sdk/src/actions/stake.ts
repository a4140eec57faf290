import type { Address, Hash } from 'viem'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type StakeParameters = {
  /** Whose stake grows; it need not be the caller. */
  provider: Address
  /** In USDC 1e-6, pulled from the caller, who approved it first (`approveUsdc`). */
  amountUsdc: bigint
}
export type StakeReturnType = Hash

/**
 * Adds to a provider's slashable stake.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_ZERO_AMOUNT` or an error of the token, before anything is sent: the call is simulated at the pending block.
 * @example
 * await approveUsdc(writer, { spender: writer.dim.providerRegistry, amountUsdc: 100_000_000n })
 * const hash = await stake(writer, { provider: writer.account.address, amountUsdc: 100_000_000n })
 */
export async function stake(
  client: Writer,
  { provider, amountUsdc }: StakeParameters,
): Promise<StakeReturnType> {
  return sendCall(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    functionName: 'stake',
    args: [provider, amountUsdc],
    attempted: `Staking ${amountUsdc} (USDC 1e-6) for ${provider}`,
  })
}
