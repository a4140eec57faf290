import type { Address, Hash } from 'viem'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type RevokeServiceKeyParameters = {
  serviceKey: Address
}
export type RevokeServiceKeyReturnType = Hash

/**
 * Ends a service key of the calling provider, now and for good.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_SERVICE_KEY_UNKNOWN`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await revokeServiceKey(writer, { serviceKey })
 */
export async function revokeServiceKey(
  client: Writer,
  { serviceKey }: RevokeServiceKeyParameters,
): Promise<RevokeServiceKeyReturnType> {
  return sendCall(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    functionName: 'revokeServiceKey',
    args: [serviceKey],
    attempted: `Revoking service key ${serviceKey}`,
  })
}
