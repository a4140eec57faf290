import type { Hash, Hex } from 'viem'
import { zeroHash } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Writer } from '../client.ts'
import { type AccessPolicy, accessPolicies } from './modelTerms.ts'
import { sendCall } from './sendCall.ts'

export type RegisterModelParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
  /** Key of the first version of the family; omitted for a new family. */
  family?: Hex
  /** Least charge for one unit, in USDC 1e-6. */
  floorUsdc: bigint
  /** Owner's share of what is charged, in basis points. */
  royaltyBps: number
  /** Who may buy. */
  policy: AccessPolicy
  /** Root of an allowlist, of `tokenGateRoot` or of `licenseRoot`; omitted for a public and a private model. */
  accessRoot?: Hex
}
export type RegisterModelReturnType = Hash

/**
 * Registers a version of a model with its terms and makes it the latest of its family.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_MODEL_EXISTS`, `CONTRACT_ROYALTY_TOO_HIGH`, `CONTRACT_NOT_MODEL_OWNER` (of the family), before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await registerModel(writer, { modelKey, floorUsdc: 2_000n, royaltyBps: 1_000, policy: 'public' })
 */
export async function registerModel(
  client: Writer,
  {
    modelKey,
    family = zeroHash,
    floorUsdc,
    royaltyBps,
    policy,
    accessRoot = zeroHash,
  }: RegisterModelParameters,
): Promise<RegisterModelReturnType> {
  return sendCall(client, {
    address: client.dim.modelRegistry,
    abi: modelRegistryAbi,
    functionName: 'register',
    args: [modelKey, family, floorUsdc, royaltyBps, accessPolicies.indexOf(policy), accessRoot],
    attempted: `Registering model ${modelKey}`,
  })
}
