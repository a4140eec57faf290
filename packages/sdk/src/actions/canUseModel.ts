import type { Address, Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type CanUseModelParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
  user: Address
  /** Proof as the policy of the model asks for; empty for a public and a private one. */
  accessProof?: Hex
}
export type CanUseModelReturnType = boolean

/**
 * Answers whether an account may buy an inference of a model.
 *
 * @returns Whether `createJob*` would accept this account with this proof.
 * @example
 * const allowed = await canUseModel(reader, { modelKey, user })
 */
export async function canUseModel(
  client: Reader,
  { modelKey, user, accessProof = '0x' }: CanUseModelParameters,
): Promise<CanUseModelReturnType> {
  return readCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'canUse',
    args: [modelKey, user, accessProof],
    attempted: `Reading whether ${user} may use model ${modelKey}`,
  })
}
