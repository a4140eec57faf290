import type { Hash, Hex } from 'viem'
import { zeroHash } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Writer } from '../client.ts'
import { type AccessPolicy, accessPolicies } from './modelTerms.ts'
import { sendCall } from './sendCall.ts'

export type UpdateModelParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
  /** Least charge for one unit, in USDC 1e-6. */
  floorUsdc: bigint
  /** Owner's share of what is charged, in basis points. */
  royaltyBps: number
  /** Who may buy. */
  policy: AccessPolicy
  /** Root of an allowlist, of `tokenGateRoot` or of `licenseRoot`; omitted for a public and a private model. */
  accessRoot?: Hex
}
export type UpdateModelReturnType = Hash

/**
 * Changes the terms of an active model; jobs that are open keep theirs.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_MODEL_OWNER`, `CONTRACT_ROYALTY_CHANGED_RECENTLY`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await updateModel(writer, { modelKey, floorUsdc: 3_000n, royaltyBps: 1_000, policy: 'public' })
 */
export async function updateModel(
  client: Writer,
  { modelKey, floorUsdc, royaltyBps, policy, accessRoot = zeroHash }: UpdateModelParameters,
): Promise<UpdateModelReturnType> {
  return sendCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'update',
    args: [modelKey, floorUsdc, royaltyBps, accessPolicies.indexOf(policy), accessRoot],
    attempted: `Updating the terms of model ${modelKey}`,
  })
}
