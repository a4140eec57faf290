import type { Hash, Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type DeprecateModelParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type DeprecateModelReturnType = Hash

/**
 * Stops new jobs of a model, for good; jobs that are open are unaffected.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_MODEL_OWNER`, `CONTRACT_MODEL_NOT_ACTIVE`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await deprecateModel(writer, { modelKey })
 */
export async function deprecateModel(
  client: Writer,
  { modelKey }: DeprecateModelParameters,
): Promise<DeprecateModelReturnType> {
  return sendCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'deprecate',
    args: [modelKey],
    attempted: `Deprecating model ${modelKey}`,
  })
}
