import type { FollowerStatus } from '../chain/chainEvent.ts'
import type { NodeReason, ServedModelStatus } from './nodeStatus.ts'

export type ReadinessFacts = {
  isStopping: boolean
  isAnnounced: boolean
  stakeUsdc: bigint | undefined
  minimumStakeUsdc: bigint | undefined
  gasWei: bigint | undefined
  models: readonly Pick<ServedModelStatus, 'modelKey' | 'name' | 'state' | 'reason'>[]
  /** Whether models are found on chain, so that none yet is no fault. */
  findsModels: boolean
  chain: FollowerStatus
}

const reason = (code: string, message: string): NodeReason => ({ code, message })

function chainReasons({ chain }: ReadinessFacts): NodeReason[] {
  if (chain.lastErrorCode !== undefined) {
    return [reason(chain.lastErrorCode, 'The chain cannot be read.')]
  }
  return chain.caughtUp
    ? []
    : [reason('CHAIN_LAGGING', `The node is ${chain.lagBlocks ?? 'some'} blocks behind.`)]
}

function moneyReasons({ stakeUsdc, minimumStakeUsdc, gasWei }: ReadinessFacts): NodeReason[] {
  const reasons: NodeReason[] = []
  if (gasWei === 0n)
    reasons.push(reason('INSUFFICIENT_GAS_FUNDS', 'The account has nothing to pay gas with.'))
  if (stakeUsdc === undefined || minimumStakeUsdc === undefined) {
    reasons.push(reason('STAKE_UNKNOWN', 'The stake was not read yet.'))
  } else if (stakeUsdc < minimumStakeUsdc) {
    const message = `The stake is ${stakeUsdc}, at least ${minimumStakeUsdc} (USDC 1e-6) is needed: dim node stake add.`
    reasons.push(reason('STAKE_TOO_SMALL', message))
  }
  return reasons
}

function modelReasons({ models, findsModels }: ReadinessFacts): NodeReason[] {
  if (models.length === 0) {
    return findsModels ? [] : [reason('NO_MODELS', 'No model is configured: set models.serve.')]
  }
  const loading = models.filter(({ state }) => state === 'cold' || state === 'loading')
  if (loading.length > 0) return [reason('MODEL_NOT_READY', `${loading.length} model(s) are still loading.`)]
  const failed = models.filter(({ state }) => state === 'failed')
  if (failed.length < models.length) return []
  return failed.map((model) =>
    reason('MODEL_FAILED', `${model.name ?? model.modelKey} cannot be served: ${model.reason ?? 'unknown'}`),
  )
}

/** Why this node takes no jobs; empty when it does. */
export function notReadyBecause(facts: ReadinessFacts): NodeReason[] {
  if (facts.isStopping) return [reason('NODE_STOPPING', 'The node is being stopped.')]
  const announced = facts.isAnnounced
    ? []
    : [reason('NOT_ANNOUNCED', 'The provider is not announced on chain yet.')]
  return [...chainReasons(facts), ...moneyReasons(facts), ...announced, ...modelReasons(facts)]
}
