import type { Address, Hash } from 'viem'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type WithdrawCreditParameters = {
  /** Receives the money. */
  to: Address
}
export type WithdrawCreditReturnType = Hash

/**
 * Pays out the caller's credit from slashes.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_ZERO_AMOUNT`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await withdrawCredit(writer, { to })
 */
export async function withdrawCredit(
  client: Writer,
  { to }: WithdrawCreditParameters,
): Promise<WithdrawCreditReturnType> {
  return sendCall(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    functionName: 'withdrawCredit',
    args: [to],
    attempted: `Withdrawing credit from slashes to ${to}`,
  })
}
