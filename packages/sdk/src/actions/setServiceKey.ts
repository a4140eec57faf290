import type { Address, Hash, Hex } from 'viem'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type SetServiceKeyParameters = {
  /** Address of the key that will sign receipts and may submit. */
  serviceKey: Address
  /** Unix seconds of the chain, not in the past. */
  validFrom: number
  /** The key's own EIP-712 signature: `ServiceKey.sign`. */
  proof: Hex
}
export type SetServiceKeyReturnType = Hash

/**
 * Adds a service key to the calling provider; a pair of provider and key is set once.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_SERVICE_KEY_ALREADY_SET`, `CONTRACT_SERVICE_KEY_TOO_EARLY`, `CONTRACT_BAD_SIGNATURE`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const proof = await ServiceKey.sign(reader.dim, { provider, key: serviceAccount.address, validFrom }, serviceAccount)
 * const hash = await setServiceKey(writer, { serviceKey: serviceAccount.address, validFrom, proof })
 */
export async function setServiceKey(
  client: Writer,
  { serviceKey, validFrom, proof }: SetServiceKeyParameters,
): Promise<SetServiceKeyReturnType> {
  return sendCall(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    functionName: 'setServiceKey',
    args: [serviceKey, validFrom, proof],
    attempted: `Setting service key ${serviceKey}`,
  })
}
