import type { Address } from 'viem'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type IsServiceKeyValidParameters = {
  provider: Address
  serviceKey: Address
  /** Unix seconds. */
  at: number
}
export type IsServiceKeyValidReturnType = boolean

/**
 * Answers whether a key spoke for a provider at a time.
 *
 * @example
 * const valid = await isServiceKeyValid(reader, { provider, serviceKey, at: receipt.servedAt })
 */
export async function isServiceKeyValid(
  client: Reader,
  { provider, serviceKey, at }: IsServiceKeyValidParameters,
): Promise<IsServiceKeyValidReturnType> {
  return readCall(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    functionName: 'keyValidAt',
    args: [provider, serviceKey, at],
    attempted: `Reading whether ${serviceKey} is a service key of ${provider}`,
  })
}
