import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { ShutdownStack } from '../lifecycle/shutdownStack.ts'
import { createResourceWatch } from '../resources/resourceWatch.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { selectExecutionProviders } from '../runtime/selectExecutionProviders.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { profileOptions } from '../scheduler/profileOptions.ts'
import { openProfileStore } from '../scheduler/profileStore.ts'
import { createRunMetrics, registerGauges } from '../scheduler/registerMetrics.ts'
import { createScheduler } from '../scheduler/scheduler.ts'
import type { Storage } from '../storage/storage.ts'
import type { Metrics } from '../telemetry/metrics.ts'

const MIB = 1_048_576
const SECOND = 1_000
/** What a worker takes before it has loaded anything. */
const blankWorkerBytes = 100 * MIB
const waitingPerJob = 4

export type OpenSchedulerOptions = {
  config: Config
  storage: Storage
  metrics: Metrics
  sandbox: Sandbox
  logger: Logger
  stop: ShutdownStack
}

/** Workers behind a queue, what models are known to need of them, and what the machine has. */
export async function openScheduler({
  config,
  storage,
  metrics,
  sandbox,
  logger,
  stop,
}: OpenSchedulerOptions) {
  const { runtime, job, limits, node } = config
  const options = profileOptions(sandbox.level)
  const profiles = await openProfileStore(storage.db, { options })
  const selected = await selectExecutionProviders(runtime.executionProviders, { sandbox })
  logger.info({ part: 'runtime', ...selected }, 'execution providers are chosen')
  const workerMemoryBytes = runtime.memoryLimitMb * MIB
  const resources = createResourceWatch({
    dir: node.dataDir,
    limits: { workerMemoryBytes, blankWorkerBytes },
  })
  const pool = createWorkerPool({
    size: runtime.workers,
    memoryLimitBytes: workerMemoryBytes,
    timeoutMs: job.timeoutMs,
    executionProviders: selected.executionProviders,
    maxOutputBytes: limits.maxResultBytes,
    sandbox,
    logger: logger.child({ part: 'runtime' }),
    signal: stop.signal,
  })
  const scheduler = createScheduler({
    pool,
    size: runtime.workers,
    maxQueued: node.maxConcurrentJobs * waitingPerJob,
    maxWaitMs: job.secondsToSubmit * SECOND,
    profileOf: profiles.get,
    onRun: createRunMetrics(metrics.registry),
  })
  stop.defer(scheduler, (s) => s.close(), 'worker pool')
  registerGauges(metrics.registry, { scheduler: () => scheduler, resources: () => resources.current })
  const { unavailable } = selected
  return { pool: scheduler, scheduler, profiles, resources, profileOptions: options, unavailable }
}
