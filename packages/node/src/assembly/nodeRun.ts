import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { createAnnouncer } from '../provider/announcer.ts'
import { createGauges } from './gauges.ts'
import { startNodeLoops } from './nodeLoops.ts'
import type { NodeParts } from './nodeParts.ts'
import type { NodeReason } from './nodeStatus.ts'
import { openFollower } from './openFollower.ts'
import type { ProviderRole } from './openProvider.ts'
import { notReadyBecause } from './readiness.ts'

export type NodeRunOptions = {
  config: Config
  parts: NodeParts
  role: ProviderRole
  logger: Logger
  signal: AbortSignal
}

/** What goes on while a node runs: it announces itself, follows the chain and does its chores. */
export function createNodeRun({ config, parts, role, logger, signal }: NodeRunOptions) {
  const { reader, identity, sender } = parts
  const startedAtMs = Date.now()
  let url: string | undefined
  let byState: Readonly<Record<string, number>> = {}
  let wakeModels: () => void = () => undefined

  const endpoint = () => config.http.publicUrl ?? url ?? `http://${config.http.host}:${config.http.port}`
  const announcer = createAnnouncer({ reader, identity, endpoint, acts: role.acts, logger })
  const follower = openFollower({ config, parts, role, onModel: () => wakeModels(), logger })
  const refreshGauges = createGauges({ parts, role, lagBlocks: () => follower.status().lagBlocks })
  const refreshCounts = async () => {
    byState = await role.countByState()
  }
  const reasons = (): NodeReason[] =>
    notReadyBecause({
      isStopping: signal.aborted,
      isAnnounced: announcer.record !== undefined,
      ...role.account.facts,
      models: role.models.list(),
      findsModels: role.findsModels,
      chain: follower.status(),
    })

  return {
    announcer,
    reasons,
    facts: () => ({
      url,
      endpoint: endpoint(),
      byState,
      startedAtMs,
      chain: follower.status(),
      reasons: reasons(),
    }),
    /** Resolves when everything has ended, which it does after the signal only. */
    start(listeningAt: string | undefined): Promise<unknown> {
      url = listeningAt
      const resumed = sender.resume(signal).catch((error: unknown) => {
        if (!signal.aborted)
          logger.warn({ err: error }, 'unfinished transactions are tried again when needed')
      })
      const loops = startNodeLoops({ config, role, announcer, refreshGauges, refreshCounts, logger, signal })
      wakeModels = loops.wakeModels
      const following = follower.run(signal).catch((error: unknown) => {
        logger.fatal({ err: error }, 'the chain can no longer be followed')
      })
      return Promise.all([resumed, loops.done, following]).then(() => role.idle())
    },
  }
}
