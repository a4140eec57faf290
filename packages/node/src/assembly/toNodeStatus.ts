import type { FollowerStatus } from '../chain/chainEvent.ts'
import type { Config } from '../config/config.ts'
import type { NodeParts } from './nodeParts.ts'
import type { NodeReason, NodeState, NodeStatus } from './nodeStatus.ts'
import type { ProviderRole } from './openProvider.ts'

export type NodeStatusFacts = {
  config: Config
  parts: NodeParts
  role: ProviderRole
  chain: FollowerStatus
  reasons: readonly NodeReason[]
  byState: Readonly<Record<string, number>>
  version: string
  url: string | undefined
  endpoint: string
  startedAtMs: number
  isStopping: boolean
}

function stateOf({ isStopping, url, reasons, chain }: NodeStatusFacts): NodeState {
  if (isStopping) return 'stopping'
  if (reasons.length === 0) return 'ready'
  return url === undefined || chain.head === undefined ? 'starting' : 'degraded'
}

/** All that is known about a node, in one object. */
export function toNodeStatus(facts: NodeStatusFacts): NodeStatus {
  const { config, parts, role, chain, reasons, byState, version, url, endpoint, startedAtMs } = facts
  const { identity, reader, pool } = parts
  const { stakeUsdc, minimumStakeUsdc } = role.account.facts
  const { running, queued, restarts } = pool.status()
  return {
    id: config.node.id,
    version,
    state: stateOf(facts),
    reasons,
    url,
    endpoint,
    address: identity.account.address,
    serviceKey: identity.serviceAccount.address,
    chainId: reader.dim.chainId,
    jobEscrow: reader.dim.jobEscrow,
    stakeUsdc,
    minimumStakeUsdc,
    models: role.models.list(),
    jobs: { queued: role.status().queued, running: role.status().running, byState },
    chain: { head: chain.head, lagBlocks: chain.lagBlocks, caughtUp: chain.caughtUp },
    unavailable: parts.unavailable,
    sandbox: parts.sandbox.describe(),
    workers: { running, queued, restarts },
    startedAtMs,
  }
}
