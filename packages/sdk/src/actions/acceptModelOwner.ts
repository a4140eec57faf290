import type { Hash, Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type AcceptModelOwnerParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type AcceptModelOwnerReturnType = Hash

/**
 * Takes over a model that was offered to the caller.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_PENDING_MODEL_OWNER`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await acceptModelOwner(writer, { modelKey })
 */
export async function acceptModelOwner(
  client: Writer,
  { modelKey }: AcceptModelOwnerParameters,
): Promise<AcceptModelOwnerReturnType> {
  return sendCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'acceptOwner',
    args: [modelKey],
    attempted: `Taking over model ${modelKey}`,
  })
}
