import type { Address, Hex } from 'viem'

export type NodeState = 'starting' | 'ready' | 'degraded' | 'stopping'

/** Why a node takes no jobs (or fewer than it could): a stable code and one sentence. */
export type NodeReason = { code: string; message: string }

export type ServedModelStatus = {
  modelKey: Hex
  name: string | undefined
  state: 'cold' | 'loading' | 'warm' | 'failed'
  askUsdc: bigint
  /** Execution providers on which it is not run, each with the reason. */
  refused: readonly { executionProvider: string; reason: string }[]
  reason: string | undefined
}

export type NodeStatus = {
  id: string
  version: string
  state: NodeState
  reasons: readonly NodeReason[]
  /** Where the gateway listens; undefined without that role or before it listens. */
  url: string | undefined
  /** What is announced to clients. */
  endpoint: string
  address: Address
  serviceKey: Address
  chainId: number
  jobEscrow: Address
  stakeUsdc: bigint | undefined
  minimumStakeUsdc: bigint | undefined
  models: readonly ServedModelStatus[]
  jobs: { queued: number; running: number; byState: Readonly<Record<string, number>> }
  chain: { head: bigint | undefined; lagBlocks: bigint | undefined; caughtUp: boolean }
  /** Execution providers that were wanted and are not there. */
  unavailable: readonly { name: string; reason: string }[]
  /** The level that workers run at, and the digest of what they run on. */
  sandbox: string
  workers: { running: number; queued: number; restarts: number }
  startedAtMs: number
}
