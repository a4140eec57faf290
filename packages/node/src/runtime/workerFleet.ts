import type { BaseError } from '@dim/sdk'
import { WorkerStartFailedError } from './errors.ts'
import type { RuntimeLogger } from './runtimeLogger.ts'
import type { WorkerStatus } from './workerPool.ts'
import { type CommandAnswer, spawnWorker, type WorkerProcess } from './workerProcess.ts'

const startTimeoutMs = 15_000
const maxStartFailures = 4
const firstBackoffMs = 200
const maxBackoffMs = 10_000
/** Shares of the memory limit: of growth since the last load of a model, and of all. */
const recycleGrowthShare = 0.25
const recycleTotalShare = 0.9

export type FleetWorker = {
  readonly runtime: string
  execute: WorkerProcess['execute']
}

export type WorkerFleet = {
  /** The best idle worker for a model, marked as running; undefined when the job has to wait. */
  take(modelKey: string): FleetWorker | undefined
  canTake(modelKey: string): boolean
  status(): WorkerStatus[]
  restarts(): number
  close(): Promise<void>
}

export type WorkerFleetOptions = {
  size: number
  memoryLimitBytes: number
  recycleAfterRuns: number
  logger: RuntimeLogger
  onIdle(): void
  /** Called when no worker comes up at all, again and again. */
  onUnstartable(error: BaseError): void
}

type Member = {
  process: WorkerProcess
  state: WorkerStatus['state']
  runtime: string
  runs: number
  rssBytes: number
  rssAfterLoadBytes: number
  models: readonly string[]
}

/** Keeps `size` workers and one blank one in reserve, so that the next job never waits for a process to start. */
export function createWorkerFleet(options: WorkerFleetOptions): WorkerFleet {
  const { size, memoryLimitBytes, recycleAfterRuns, logger, onIdle, onUnstartable } = options
  const members = new Set<Member>()
  let isClosed = false
  let restarts = 0
  let startFailures = 0
  let backoff: NodeJS.Timeout | undefined

  const fill = () => {
    while (!isClosed && backoff === undefined && members.size < size + 1) spawn()
  }

  const spawn = () => {
    const process = spawnWorker({ memoryLimitBytes })
    const unused = { runs: 0, rssBytes: 0, rssAfterLoadBytes: 0, models: [] }
    const member: Member = { process, state: 'starting', runtime: '', ...unused }
    members.add(member)
    const timeout = setTimeout(process.kill, startTimeoutMs)
    process.ready
      .then(
        (runtime) => {
          startFailures = 0
          member.runtime = runtime
          member.state = 'idle'
          onIdle()
        },
        (error: unknown) => noteStartFailure(error),
      )
      .finally(() => clearTimeout(timeout))
    void process.exited.then(() => {
      members.delete(member)
      if (isClosed) return
      restarts += 1
      fill()
      onIdle()
    })
  }

  const noteStartFailure = (error: unknown) => {
    if (isClosed) return
    startFailures += 1
    const waitMs = Math.min(firstBackoffMs * 2 ** (startFailures - 1), maxBackoffMs)
    logger.warn({ err: error, startFailures, waitMs }, 'a worker did not start')
    const isAlive = [...members].some((member) => member.state !== 'starting')
    if (startFailures >= maxStartFailures && !isAlive) {
      onUnstartable(new WorkerStartFailedError(startFailures, String(error)))
    }
    clearTimeout(backoff)
    backoff = setTimeout(() => {
      backoff = undefined
      fill()
    }, waitMs)
  }

  const pick = (modelKey: string): Member | undefined => {
    const idle = [...members].filter((member) => member.state === 'idle')
    const loaded = idle.find((member) => member.models.includes(modelKey))
    if (loaded !== undefined) return loaded
    const used = [...members].filter((member) => member.runs > 0 || member.state === 'running').length
    const blank = idle.find((member) => member.runs === 0)
    if (used < size && blank !== undefined) return blank
    return idle.filter((member) => member.runs > 0).sort((a, b) => a.models.length - b.models.length)[0]
  }

  const settle = async (member: Member, answer?: CommandAnswer) => {
    member.runs += 1
    member.rssBytes = await member.process.rssBytes()
    if (answer === undefined) return member.process.kill()
    const { reply } = answer
    if (reply.type !== 'probed') member.models = reply.models
    const hasLoaded = reply.type === 'outputs' && reply.loadMs > 0
    if (hasLoaded || member.runs === 1) member.rssAfterLoadBytes = member.rssBytes
    if (isWorn(member) || (reply.type === 'fault' && reply.code === 'MEMORY_LIMIT')) {
      logger.debug(
        { pid: member.process.pid, runs: member.runs, rssBytes: member.rssBytes },
        'worker recycled',
      )
      return member.process.kill()
    }
    member.state = 'idle'
    onIdle()
  }

  const isWorn = ({ runs, rssBytes, rssAfterLoadBytes }: Member): boolean =>
    runs >= recycleAfterRuns ||
    rssBytes > memoryLimitBytes * recycleTotalShare ||
    rssBytes - rssAfterLoadBytes > memoryLimitBytes * recycleGrowthShare

  fill()

  return {
    take(modelKey) {
      const member = pick(modelKey)
      if (member === undefined) return undefined
      member.state = 'running'
      return {
        runtime: member.runtime,
        async execute(...command) {
          let answer: CommandAnswer | undefined
          try {
            answer = await member.process.execute(...command)
            return answer
          } finally {
            void settle(member, answer)
          }
        },
      }
    },
    canTake: (modelKey) => pick(modelKey) !== undefined,
    status: () => [...members].map(toStatus),
    restarts: () => restarts,
    async close() {
      isClosed = true
      clearTimeout(backoff)
      const ended = [...members].map((member) => member.process.exited)
      for (const member of members) member.process.kill()
      await Promise.all(ended)
    },
  }
}

const toStatus = ({ process, state, runs, rssBytes, models }: Member): WorkerStatus => ({
  pid: process.pid,
  state,
  runs,
  rssBytes,
  models,
})
