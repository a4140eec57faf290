import type { Address, ContractFunctionReturnType, Hex } from 'viem'
import type { modelRegistryAbi } from '../abis/modelRegistry.ts'

/** Who may buy an inference, in the order of the contract's numbers. */
export const accessPolicies = ['public', 'allowlist', 'token-gate', 'license', 'private'] as const
export type AccessPolicy = (typeof accessPolicies)[number]

/** Life of a model, in the order of the contract's numbers. */
export const modelStatuses = ['none', 'active', 'deprecated'] as const
export type ModelStatus = (typeof modelStatuses)[number]

/** Terms of a model on chain; the floor is in USDC 1e-6 for one unit. */
export type ModelTerms = {
  owner: Address
  floorUsdc: bigint
  royaltyBps: number
  policy: AccessPolicy
  status: ModelStatus
}

/** A version of a model as the registry knows it. */
export type RegisteredModel = ModelTerms & {
  modelKey: Hex
  /** Key of the first version. */
  family: Hex
  /** What the policy asks for; zero for a public and a private model. */
  accessRoot: Hex
}

type ContractTerms = ContractFunctionReturnType<typeof modelRegistryAbi, 'view', 'termsOf'>

/** Turns the contract's terms into the SDK's. A number that this version does not know is the strictest one. */
export function toModelTerms(terms: ContractTerms): ModelTerms {
  return {
    owner: terms.owner,
    floorUsdc: terms.floor,
    royaltyBps: terms.royaltyBps,
    policy: accessPolicies[terms.policy] ?? 'private',
    status: modelStatuses[terms.status] ?? 'deprecated',
  }
}
