import type { Address, Hash } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { sendCall } from './sendCall.ts'

export type CollectChannelFeesParameters = {
  /** Whose withdrawals settled the fees; one named twice counts once. */
  receivers: readonly Address[]
  /** Receives the fees. */
  to: Address
}
export type CollectChannelFeesReturnType = Hash

/**
 * Pays out the protocol's fees that withdrawals from channels settled; only the owner may.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_OWNABLE_UNAUTHORIZED_ACCOUNT`, `CONTRACT_ZERO_AMOUNT`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await collectChannelFees(writer, { receivers, to })
 */
export async function collectChannelFees(
  client: Writer,
  { receivers, to }: CollectChannelFeesParameters,
): Promise<CollectChannelFeesReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'collectFees',
    args: [receivers, to],
    attempted: `Collecting the fees of the channels`,
  })
}
