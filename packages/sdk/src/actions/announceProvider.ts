import type { Hash, Hex } from 'viem'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Writer } from '../client.ts'
import type * as ProviderRecord from '../messages/providerRecord.ts'
import { sendCall } from './sendCall.ts'

export type AnnounceProviderParameters = {
  /** What the provider says about its keys. */
  record: ProviderRecord.ProviderRecord
  /** URL of its node; its keccak256 is in the record. */
  endpoint: string
  /** The provider's EIP-712 signature of the record. */
  signature: Hex
}
export type AnnounceProviderReturnType = Hash

/**
 * Publishes a provider's signed record and endpoint, by which clients find it; anybody may relay it.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_BAD_SIGNATURE`, `CONTRACT_ENDPOINT_MISMATCH`, `CONTRACT_RECORD_EXPIRED`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await announceProvider(writer, { record, endpoint, signature })
 */
export async function announceProvider(
  client: Writer,
  { record, endpoint, signature }: AnnounceProviderParameters,
): Promise<AnnounceProviderReturnType> {
  return sendCall(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    functionName: 'announce',
    args: [record, endpoint, signature],
    attempted: `Announcing provider ${record.provider}`,
  })
}
