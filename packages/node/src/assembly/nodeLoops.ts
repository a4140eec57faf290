import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { type IntervalLoop, intervalLoop } from '../lifecycle/intervalLoop.ts'
import type { Announcer } from '../provider/announcer.ts'
import type { ProviderRole } from './openProvider.ts'

export type NodeLoopsOptions = {
  config: Config
  role: ProviderRole
  announcer: Announcer
  refreshGauges: () => Promise<void>
  refreshCounts: () => Promise<void>
  logger: Logger
  signal: AbortSignal
}

const SECOND = 1_000
const ANNOUNCE_EVERY_MS = 3_600_000

/** Everything that a node does by the clock. The answers wake a loop and wait for all of them to end. */
export function startNodeLoops(options: NodeLoopsOptions) {
  const { config, role, announcer, refreshGauges, refreshCounts, logger, signal } = options
  const { pollMs } = config.chain
  const isProvider = config.node.roles.includes('provider')
  let announcedAt = Number.NEGATIVE_INFINITY

  const announce = async () => {
    if (performance.now() - announcedAt < ANNOUNCE_EVERY_MS) return
    await announcer.refresh()
    announcedAt = performance.now()
  }
  const start = (name: string, intervalMs: number, tick: () => Promise<unknown>): IntervalLoop =>
    intervalLoop({
      intervalMs,
      tick: async () => {
        await tick()
      },
      onError: (error) => logger.warn({ err: error, chore: name }, 'a chore failed; it is tried again'),
      signal,
    })

  const shared = [
    start('account', Math.max(pollMs, 5 * SECOND), role.account.refresh),
    start('gauges', 15 * SECOND, refreshGauges),
    start('counts', 2 * SECOND, refreshCounts),
  ]
  const models = isProvider ? start('models', 15 * SECOND, role.prepareModels) : undefined
  const own = isProvider
    ? [
        start('profiles', 2 * SECOND, role.profileModels),
        start('announce', Math.max(pollMs, 5 * SECOND), announce),
        start('sweep', Math.max(2 * pollMs, 2 * SECOND), role.chores.sweep),
        start('settle', Math.max(pollMs, SECOND), role.chores.settle),
        start('collect', 60 * SECOND, role.chores.collect),
      ]
    : []
  const all = [...shared, ...own, ...(models === undefined ? [] : [models])]
  return {
    /** A model was registered: look at once. */
    wakeModels: () => models?.wake(),
    done: Promise.all(all.map(({ done }) => done)),
  }
}
