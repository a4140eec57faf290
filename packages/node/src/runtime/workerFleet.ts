import type { BaseError } from '@dim/sdk'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { WorkerStartFailedError } from './errors.ts'
import type { RuntimeLogger } from './runtimeLogger.ts'
import { type ChannelResult, type ChannelRun, displaced } from './workerChannel.ts'
import type { WorkerStatus } from './workerPool.ts'
import { spawnWorker, type WorkerProcess } from './workerProcess.ts'

const startTimeoutMs = 15_000
const maxStartFailures = 4
const firstBackoffMs = 200
const maxBackoffMs = 10_000
/** Shares of the memory limit: of growth since the last load of a model, and of all. */
const recycleGrowthShare = 0.25
const recycleTotalShare = 0.9
/** Runs that are on their way to one worker together take about so long; what is urgent waits no longer for it. */
const inFlightMs = 4
const mostInFlight = 64
/** A second run is on its way while one of at most this length is executed, so that the worker has no pause between them. */
const overlapMs = 25

export type FleetRun = { modelKey: string; estimatedMs: number | undefined }

export type FleetWorker = {
  readonly runtime: string
  run(run: ChannelRun): Promise<ChannelResult | typeof displaced>
  load(request: ChannelRun): Promise<number>
}

export type WorkerFleet = {
  /** The best worker for a run that can take it now; undefined when the run has to wait. */
  take(run: FleetRun): FleetWorker | undefined
  canTake(run: FleetRun): boolean
  /** An idle worker that has not loaded the model. */
  takeForLoad(modelKey: string): FleetWorker | undefined
  status(): WorkerStatus[]
  restarts(): number
  close(): Promise<void>
}

export type WorkerFleetOptions = {
  size: number
  memoryLimitBytes: number
  recycleAfterRuns: number
  sandbox?: Sandbox | undefined
  logger: RuntimeLogger
  onFree(): void
  /** Called when no worker comes up at all, again and again. */
  onUnstartable(error: BaseError): void
}

type Member = {
  process: WorkerProcess
  isReady: boolean
  runtime: string
  runs: number
  rssAfterLoadBytes: number
  /** What is on its way. Without an estimate nothing may follow it. */
  modelKey: string | undefined
  inFlight: number
  estimatedMs: number
  isRetiring: boolean
}

/** Keeps `size` workers and one blank one in reserve, so that the next job never waits for a process to start. */
export function createWorkerFleet(options: WorkerFleetOptions): WorkerFleet {
  const { size, memoryLimitBytes, recycleAfterRuns, sandbox, logger, onFree, onUnstartable } = options
  const members = new Set<Member>()
  let isClosed = false
  let restarts = 0
  let startFailures = 0
  let backoff: NodeJS.Timeout | undefined

  const fill = () => {
    while (!isClosed && backoff === undefined && members.size < size + 1) spawn()
  }

  const spawn = () => {
    const process = spawnWorker({ memoryLimitBytes, sandbox })
    const member = toMember(process)
    members.add(member)
    const timeout = setTimeout(process.kill, startTimeoutMs)
    process.ready
      .then(
        (runtime) => {
          startFailures = 0
          member.runtime = runtime
          member.isReady = true
          void process.channel.refreshRss()
          onFree()
        },
        (error: unknown) => noteStartFailure(error),
      )
      .finally(() => clearTimeout(timeout))
    void process.exited.then(() => {
      members.delete(member)
      if (isClosed) return
      restarts += 1
      fill()
      onFree()
    })
  }

  const noteStartFailure = (error: unknown) => {
    if (isClosed) return
    startFailures += 1
    const waitMs = Math.min(firstBackoffMs * 2 ** (startFailures - 1), maxBackoffMs)
    logger.warn({ err: error, startFailures, waitMs }, 'a worker did not start')
    const isAlive = [...members].some((member) => member.isReady)
    if (startFailures >= maxStartFailures && !isAlive) {
      onUnstartable(new WorkerStartFailedError(startFailures, String(error)))
    }
    clearTimeout(backoff)
    backoff = setTimeout(() => {
      backoff = undefined
      fill()
    }, waitMs)
  }

  /** One with the model loaded and nothing to do, else one that is about to be done with runs of it, else a blank one. */
  const pick = (run: FleetRun): Member | undefined => {
    let follow: Member | undefined
    let blank: Member | undefined
    let other: Member | undefined
    let used = 0
    for (const member of members) {
      const { channel } = member.process
      if (isUsed(member)) used += 1
      if (!isServing(member)) continue
      if (member.inFlight > 0) {
        if (canFollow(member, run) && (follow === undefined || member.estimatedMs < follow.estimatedMs))
          follow = member
      } else if (channel.models.includes(run.modelKey)) return member
      else if (!isUsed(member)) blank ??= member
      else if (other === undefined || channel.models.length < other.process.channel.models.length)
        other = member
    }
    return follow ?? (used < size ? blank : undefined) ?? other
  }

  const finish = (member: Member, estimatedMs: number, hasLoaded: boolean) => {
    const { channel } = member.process
    member.inFlight -= 1
    member.runs += 1
    member.estimatedMs = member.inFlight === 0 ? 0 : member.estimatedMs - estimatedMs
    if (hasLoaded || member.runs === 1) void noteMemory(member)
    if (isWorn(member, channel.rssBytes)) member.isRetiring = true
    if (member.isRetiring && member.inFlight === 0) {
      logger.debug(
        { pid: member.process.pid, runs: member.runs, rssBytes: channel.rssBytes },
        'worker recycled',
      )
      return member.process.kill()
    }
    onFree()
  }

  const noteMemory = async (member: Member) => {
    member.rssAfterLoadBytes = await member.process.channel.refreshRss()
  }

  const isWorn = ({ runs, rssAfterLoadBytes }: Member, rssBytes: number): boolean =>
    runs >= recycleAfterRuns ||
    rssBytes > memoryLimitBytes * recycleTotalShare ||
    (rssAfterLoadBytes > 0 && rssBytes - rssAfterLoadBytes > memoryLimitBytes * recycleGrowthShare)

  const lend = (member: Member, { modelKey, estimatedMs }: FleetRun): FleetWorker => {
    const { process } = member
    const cost = estimatedMs ?? Number.POSITIVE_INFINITY
    member.modelKey = modelKey
    member.inFlight += 1
    member.estimatedMs += cost
    return {
      runtime: member.runtime,
      async run(run) {
        let loadMs = 1
        try {
          const result = await process.channel.run(run)
          if (result !== displaced) loadMs = result.loadMs
          return result
        } catch (error) {
          if (hasOutgrown(error)) member.isRetiring = true
          throw error
        } finally {
          finish(member, cost, loadMs > 0)
        }
      },
      async load({ model, executionProvider, threads, ...limits }) {
        try {
          const { dir, entry, key } = model
          const command = {
            op: 'load' as const,
            id: 0,
            modelKey: key,
            dir,
            entry,
            executionProvider,
            threads,
          }
          const { reply } = await process.execute(key, command, { parts: [], limits })
          return reply.type === 'loaded' ? reply.loadMs : 0
        } finally {
          finish(member, cost, true)
        }
      },
    }
  }

  fill()

  return {
    take(run) {
      const member = pick(run)
      return member === undefined ? undefined : lend(member, run)
    },
    canTake: (run) => pick(run) !== undefined,
    takeForLoad(modelKey) {
      const used = [...members].filter(isUsed).length
      const idle = [...members].filter(
        (member) =>
          isServing(member) && member.inFlight === 0 && !member.process.channel.models.includes(modelKey),
      )
      const blank = used < size ? idle.find(({ runs }) => runs === 0) : undefined
      const member = blank ?? idle.find(({ runs }) => runs > 0)
      return member === undefined ? undefined : lend(member, { modelKey, estimatedMs: undefined })
    },
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

const toMember = (process: WorkerProcess): Member => ({
  process,
  isReady: false,
  runtime: '',
  runs: 0,
  rssAfterLoadBytes: 0,
  modelKey: undefined,
  inFlight: 0,
  estimatedMs: 0,
  isRetiring: false,
})

const isUsed = ({ runs, inFlight }: Member): boolean => runs > 0 || inFlight > 0

const isServing = ({ isReady, isRetiring, process }: Member): boolean =>
  isReady && !isRetiring && process.channel.isUsable

/** Only runs of the same model, all of known length, follow each other: one that is new may end the worker. */
function canFollow(member: Member, { modelKey, estimatedMs }: FleetRun): boolean {
  if (estimatedMs === undefined || member.modelKey !== modelKey || member.inFlight >= mostInFlight)
    return false
  const total = member.estimatedMs + estimatedMs
  return total <= inFlightMs || (member.inFlight === 1 && total <= 2 * overlapMs)
}

/** The engine said that memory ran out: what it holds by now is not given back. */
const hasOutgrown = (error: unknown): boolean => (error as { code?: string }).code === 'MEMORY_LIMIT'

const toStatus = ({ process, isReady, inFlight, runs }: Member): WorkerStatus => ({
  pid: process.pid,
  state: isReady ? (inFlight > 0 ? 'running' : 'idle') : 'starting',
  runs,
  rssBytes: process.channel.rssBytes,
  models: process.channel.models,
  inFlight,
})
