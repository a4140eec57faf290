import type { Address, Hash, Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type CollectFeesParameters = {
  /** Models whose jobs paid the fees. */
  modelKeys: readonly Hex[]
  /** Receives the money. */
  to: Address
}
export type CollectFeesReturnType = Hash

/**
 * Pays out the protocol's fees, as the owner of the escrow.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await collectFees(writer, { modelKeys: [modelKey], to })
 */
export async function collectFees(
  client: Writer,
  { modelKeys, to }: CollectFeesParameters,
): Promise<CollectFeesReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'collectFees',
    args: [modelKeys, to],
    attempted: `Collecting fees to ${to}`,
  })
}
