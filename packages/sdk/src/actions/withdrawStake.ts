import type { Address, Hash } from 'viem'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type WithdrawStakeParameters = {
  /** Receives the money. */
  to: Address
}
export type WithdrawStakeReturnType = Hash

/**
 * Pays out stake that has thawed.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_STAKE_NOT_THAWED`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await withdrawStake(writer, { to })
 */
export async function withdrawStake(
  client: Writer,
  { to }: WithdrawStakeParameters,
): Promise<WithdrawStakeReturnType> {
  return sendCall(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    functionName: 'withdrawStakeTo',
    args: [to],
    attempted: `Withdrawing thawed stake to ${to}`,
  })
}
