import { JobAbortedError, PoolClosedError } from '../runtime/errors.ts'
import type { LoadRequest, RunRequest, RunResult, WorkerPool } from '../runtime/workerPool.ts'
import { createDemand } from './demand.ts'
import { DeadlinePassedError, DeadlineUnreachableError, SchedulerBusyError } from './errors.ts'
import { batchOf, type ModelProfile } from './modelProfile.ts'
import { createPriorityQueue, type Priority } from './priorityQueue.ts'
import { createRunEstimates, type EstimatedRun, inputBytesOf } from './runEstimates.ts'

export type ScheduledRun = Omit<RunRequest, 'estimatedMs' | 'batch'> & {
  /** `normal` without it. */
  priority?: Priority
  /** Milliseconds from now within which the run has to end. */
  deadlineMs?: number
  /** Outputs may differ in the last bits from those of a run alone. Not for what is verified byte by byte. */
  batchable?: boolean
}

export type SchedulerOptions = {
  pool: WorkerPool
  /** Workers that run at the same time. */
  size: number
  maxQueued: number
  /** Nothing is taken that would wait longer, by the estimate at hand. */
  maxWaitMs: number
  /** By how much later a job of high priority may come and still go first. */
  patience?: Readonly<Record<Priority, number>>
  profileOf?: (modelKey: string, executionProvider: string) => ModelProfile | undefined
  onRun?: (run: FinishedRun) => void
  nowMs?: () => number
}

export type FinishedRun = {
  priority: Priority
  modelKey: string
  outcome: 'ok' | 'failed'
  result?: RunResult
}

export type WaitEstimate = { waitMs: number; runMs: number }

export type SchedulerStatus = {
  queued: Readonly<Record<Priority, number>>
  running: number
  /** Estimated milliseconds of work that waits. */
  queuedMs: number
  started: number
  refused: number
  isDraining: boolean
}

export type Scheduler = Omit<WorkerPool, 'run'> & {
  run(request: ScheduledRun): Promise<RunResult>
  /** How long a run of a model that comes now is likely to wait and to take. */
  estimate(run: EstimatedRun & { priority?: Priority }): WaitEstimate
  /** Keeps a model loaded on one worker at least. */
  pin(request: LoadRequest): void
  unpin(modelKey: string): void
  /** Loads wanted models on idle workers; resolves when that is done. */
  prewarm(): Promise<void>
  /** Takes nothing more; resolves when everything taken has ended. */
  drain(): Promise<void>
  schedule(): SchedulerStatus
}

type Job = {
  request: ScheduledRun
  priority: Priority
  about: EstimatedRun
  estimatedMs: number
  enqueuedAt: number
  /** Set when the run shared a worker that ended: it is repeated with a worker for itself. */
  isAlone: boolean
  skips: number
  deadline: NodeJS.Timeout | undefined
  onAbort: (() => void) | undefined
  resolve(result: RunResult): void
  reject(error: unknown): void
}

/** Jobs behind one that finds no worker may be served before it, so many of them and so often. */
const lookahead = 8
const mostSkips = 16

/** Serves runs by priority and age, each on the worker that is best for its model, and says how long the others will wait. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { pool, size, maxQueued, maxWaitMs, profileOf = () => undefined, onRun } = options
  const nowMs = options.nowMs ?? (() => performance.now())
  const queue = createPriorityQueue<Job>(options.patience)
  const estimates = createRunEstimates(profileOf)
  const demand = createDemand()
  const idlers: (() => void)[] = []
  /** How many jobs of each model wait. */
  const waiting = new Map<string, number>()
  let running = 0
  let runningMs = 0
  let started = 0
  let refused = 0
  let isDraining = false
  let isDispatching = false

  const count = (modelKey: string, change: 1 | -1) => {
    const left = (waiting.get(modelKey) ?? 0) + change
    if (left === 0) waiting.delete(modelKey)
    else waiting.set(modelKey, left)
  }

  const leave = (job: Job): boolean => {
    if (!queue.remove(job)) return false
    count(job.about.modelKey, -1)
    forget(job)
    return true
  }

  const forget = (job: Job) => {
    clearTimeout(job.deadline)
    if (job.onAbort !== undefined) job.request.signal?.removeEventListener('abort', job.onAbort)
  }

  const settleIdle = () => {
    if (running > 0 || queue.size > 0) return
    for (const wake of idlers.splice(0)) wake()
  }

  const toRun = (job: Job): RunRequest => {
    const { priority: _, deadlineMs, batchable, ...request } = job.request
    const { isTrusted } = estimates.of(job.about)
    const batch = batchable ? batchOf(profileOf(job.about.modelKey, job.about.executionProvider)) : undefined
    const left = deadlineMs === undefined ? Infinity : deadlineMs - (nowMs() - job.enqueuedAt)
    const timeoutMs = Math.min(request.timeoutMs ?? Infinity, Math.max(1, left))
    const plain = { ...request, ...(Number.isFinite(timeoutMs) ? { timeoutMs } : {}) }
    if (job.isAlone || !isTrusted) return plain
    return { ...plain, estimatedMs: job.estimatedMs, ...(batch === undefined ? {} : { batch }) }
  }

  /** False when no worker can take the job now. */
  const offer = (job: Job): boolean => {
    let offered: Promise<RunResult | undefined> | undefined
    try {
      offered = pool.offer(toRun(job))
    } catch (error) {
      leave(job)
      job.reject(error)
      return true
    }
    if (offered === undefined) return false
    leave(job)
    const startedAt = nowMs()
    running += 1
    started += 1
    runningMs += job.estimatedMs
    offered.then(
      (result) => finish(job, result, startedAt),
      (error) => fail(job, error),
    )
    return true
  }

  const end = (job: Job) => {
    running -= 1
    runningMs = running === 0 ? 0 : runningMs - job.estimatedMs
  }

  const finish = (job: Job, result: RunResult | undefined, startedAt: number) => {
    end(job)
    if (result === undefined) {
      job.isAlone = true
      enqueue(job)
      return dispatch()
    }
    estimates.note(job.about, result.timingsMs.run)
    const waited = { ...result.timingsMs, queue: startedAt - job.enqueuedAt }
    const told = { ...result, timingsMs: waited }
    onRun?.({ priority: job.priority, modelKey: job.about.modelKey, outcome: 'ok', result: told })
    job.resolve(told)
    settleIdle()
  }

  const fail = (job: Job, error: unknown) => {
    end(job)
    onRun?.({ priority: job.priority, modelKey: job.about.modelKey, outcome: 'failed' })
    job.reject(error)
    settleIdle()
  }

  /** Starts one of the jobs that wait; false when none can start now. */
  const serveOne = (): boolean => {
    const first = queue.first()
    if (first === undefined || offer(first)) return first !== undefined
    return waiting.size > 1 && first.skips < mostSkips && lookBehind(first)
  }

  /** Starts a job of another model than the first one's, which finds no worker. */
  const lookBehind = (first: Job): boolean => {
    let looked = 0
    const busy = new Set([first.about.modelKey])
    for (const job of queue.ordered()) {
      const { modelKey } = job.about
      if (!busy.has(modelKey)) {
        if (offer(job)) {
          first.skips += 1
          return true
        }
        busy.add(modelKey)
      }
      if (++looked >= lookahead) return false
    }
    return false
  }

  const dispatch = () => {
    if (isDispatching) return
    isDispatching = true
    while (queue.size > 0 && serveOne());
    isDispatching = false
    settleIdle()
  }

  const enqueue = (job: Job) => {
    const { request, priority, enqueuedAt, estimatedMs } = job
    const { signal, deadlineMs, model } = request
    queue.push(job, { priority, nowMs: enqueuedAt, estimatedMs })
    count(job.about.modelKey, 1)
    if (signal !== undefined) {
      job.onAbort = () => {
        if (leave(job)) job.reject(new JobAbortedError(model.key, signal.reason))
        settleIdle()
      }
      signal.addEventListener('abort', job.onAbort, { once: true })
    }
    if (deadlineMs !== undefined) {
      const left = Math.max(0, deadlineMs - (nowMs() - enqueuedAt))
      job.deadline = setTimeout(() => {
        if (leave(job)) job.reject(new DeadlinePassedError(model.key, nowMs() - enqueuedAt))
        settleIdle()
      }, left)
    }
  }

  const estimate = ({
    priority = 'normal',
    ...about
  }: EstimatedRun & { priority?: Priority }): WaitEstimate => {
    const { runMs } = estimates.of(about)
    return { waitMs: (queue.aheadMs(priority, nowMs()) + runningMs) / size, runMs }
  }

  const admit = (request: ScheduledRun, about: EstimatedRun, priority: Priority): WaitEstimate => {
    const { model, signal, deadlineMs } = request
    if (isDraining) throw new PoolClosedError()
    if (signal?.aborted) throw new JobAbortedError(model.key, signal.reason)
    const expected = estimate({ ...about, priority })
    const { waitMs, runMs } = expected
    if (queue.size >= maxQueued || waitMs > maxWaitMs) {
      refused += 1
      const perJob = queue.size === 0 ? runMs : (queue.totalMs + runningMs) / (queue.size + running)
      const retryAfterMs = Math.max(waitMs - maxWaitMs, perJob / size, 1)
      throw new SchedulerBusyError({ queued: queue.size, waitMs, retryAfterMs })
    }
    if (deadlineMs !== undefined && waitMs + runMs > deadlineMs) {
      refused += 1
      throw new DeadlineUnreachableError(model.key, { deadlineMs, expectedMs: waitMs + runMs })
    }
    return expected
  }

  const prewarm = async (): Promise<void> => {
    if (queue.size > 0 || isDraining) return
    for (const { request, workers } of demand.wanted(nowMs(), size)) {
      const { key } = request.model
      const holders = pool.status().workers.filter(({ models }) => models.includes(key)).length
      const loads = Array.from({ length: workers - holders }, () => pool.load(request))
      await Promise.all(loads)
    }
  }

  const unsubscribe = pool.onFree(dispatch)

  return {
    executionProviders: pool.executionProviders,
    async run(request) {
      const { model, inputs, priority = 'normal' } = request
      const executionProvider = request.executionProvider ?? pool.executionProviders[0] ?? 'cpu'
      const about = { modelKey: model.key, executionProvider, inputBytes: inputBytesOf(inputs) }
      const { runMs } = admit(request, about, priority)
      const { promise, resolve, reject } = Promise.withResolvers<RunResult>()
      const enqueuedAt = nowMs()
      demand.note({ model, executionProvider }, runMs, enqueuedAt)
      const job: Job = {
        ...{ request, priority, about, estimatedMs: runMs, enqueuedAt, isAlone: false, skips: 0 },
        ...{ deadline: undefined, onAbort: undefined, resolve, reject },
      }
      enqueue(job)
      dispatch()
      return promise
    },
    estimate,
    offer: pool.offer,
    load: pool.load,
    onFree: pool.onFree,
    pin: (request) => demand.pin(request, nowMs()),
    unpin: demand.unpin,
    prewarm,
    async drain() {
      isDraining = true
      if (running === 0 && queue.size === 0) return
      await new Promise<void>((resolve) => idlers.push(resolve))
    },
    schedule: () => ({
      queued: { low: queue.sizeOf('low'), normal: queue.sizeOf('normal'), high: queue.sizeOf('high') },
      running,
      queuedMs: queue.totalMs,
      started,
      refused,
      isDraining,
    }),
    status: () => ({ ...pool.status(), queued: queue.size }),
    async close() {
      isDraining = true
      unsubscribe()
      for (const job of [...queue.ordered()]) {
        leave(job)
        job.reject(new PoolClosedError())
      }
      await pool.close()
      settleIdle()
    },
  }
}
