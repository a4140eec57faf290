import type { Sandbox } from '../sandbox/sandbox.ts'
import { calmCollector } from './calmCollector.ts'
import {
  ExecutionProviderUnavailableError,
  JobAbortedError,
  PoolClosedError,
  QueueFullError,
} from './errors.ts'
import type { ExecutionProvider } from './providers.ts'
import type { RuntimeLogger } from './runtimeLogger.ts'
import { assertRunnable } from './wireTensors.ts'
import { type ChannelRun, displaced } from './workerChannel.ts'
import { createWorkerFleet, type FleetRun, type FleetWorker } from './workerFleet.ts'
import type { LoadRequest, PoolStatus, RunRequest, RunResult, WorkerPool } from './workerPool.ts'

export type { RuntimeLogger }

export type WorkerPoolOptions = {
  size: number
  /** Resident memory of one worker, the engine's own ~100 MB included, pages of mapped weights not. */
  memoryLimitBytes: number
  timeoutMs: number
  executionProviders?: readonly ExecutionProvider[]
  /** Jobs that may wait; one more is refused with QUEUE_FULL. */
  maxQueued?: number
  maxOutputBytes?: number
  recycleAfterRuns?: number
  /** What workers run in, prepared; a plain process if none is given. */
  sandbox?: Sandbox | undefined
  logger: RuntimeLogger
  signal?: AbortSignal
}

type Job = {
  request: RunRequest
  enqueuedAt: number
  resolve(result: RunResult): void
  reject(error: unknown): void
}

const defaultMaxQueued = 64
const defaultMaxOutputBytes = 64 * 1024 * 1024
const defaultRecycleAfterRuns = 250_000

/** Runs models in child processes under limits of time, memory and output; no model can hold up the next job. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { timeoutMs, executionProviders = ['cpu'], maxQueued = defaultMaxQueued } = options
  calmCollector()
  const queue: Job[] = []
  const listeners = new Set<() => void>()
  const counts = { running: 0, completed: 0, failed: 0 }
  let closing: Promise<void> | undefined

  const fleet = createWorkerFleet({
    size: options.size,
    memoryLimitBytes: options.memoryLimitBytes,
    recycleAfterRuns: options.recycleAfterRuns ?? defaultRecycleAfterRuns,
    sandbox: options.sandbox,
    logger: options.logger,
    onFree() {
      dispatch()
      for (const listener of listeners) listener()
    },
    onUnstartable: (error) => {
      for (const job of queue.splice(0)) job.reject(error)
    },
  })

  const dispatch = () => {
    for (let job = queue[0]; job !== undefined; job = queue[0]) {
      const worker = fleet.take(toFleetRun(job.request))
      if (worker === undefined) return
      queue.shift()
      const { resolve, reject } = job
      start(job.request, worker, job.enqueuedAt).then((result) => {
        if (result !== undefined) return resolve(result)
        job.request = alone(job.request)
        queue.unshift(job)
        dispatch()
      }, reject)
    }
  }

  const toChannelRun = (request: RunRequest): ChannelRun => {
    const { model, inputs, signal, threads = 1, batch } = request
    return {
      model,
      inputs,
      executionProvider: request.executionProvider ?? executionProviders[0] ?? 'cpu',
      threads,
      maxOutputBytes: Math.min(
        model.maxOutputBytes ?? Infinity,
        options.maxOutputBytes ?? defaultMaxOutputBytes,
      ),
      timeoutMs: request.timeoutMs ?? timeoutMs,
      batch,
      signal,
    }
  }

  const start = async (
    request: RunRequest,
    worker: FleetWorker,
    enqueuedAt: number,
  ): Promise<RunResult | undefined> => {
    counts.running += 1
    const queueMs = performance.now() - enqueuedAt
    try {
      const run = toChannelRun(request)
      const result = await worker.run(run)
      if (result === displaced) {
        request.signal?.throwIfAborted()
        if (closing !== undefined) throw new PoolClosedError()
        return undefined
      }
      counts.completed += 1
      const { outputs, loadMs, runMs, transferMs, batch } = result
      const timingsMs = { queue: queueMs, load: loadMs, run: runMs, transfer: transferMs }
      return { outputs, executionProvider: run.executionProvider, runtime: worker.runtime, timingsMs, batch }
    } catch (error) {
      counts.failed += 1
      throw reasonOf(error, request)
    } finally {
      counts.running -= 1
    }
  }

  const reasonOf = (error: unknown, { model, signal }: RunRequest): unknown => {
    if (closing !== undefined) return new PoolClosedError()
    return error === signal?.reason && signal?.aborted ? new JobAbortedError(model.key, error) : error
  }

  const assertOpen = ({ model, executionProvider, signal }: LoadRequest): void => {
    if (closing !== undefined) throw new PoolClosedError()
    if (signal?.aborted) throw new JobAbortedError(model.key, signal.reason)
    if (executionProvider !== undefined && !executionProviders.includes(executionProvider)) {
      throw new ExecutionProviderUnavailableError(
        executionProvider,
        `the pool has ${executionProviders.join(', ')}`,
      )
    }
  }

  const admit = (request: RunRequest): void => {
    assertOpen(request)
    assertRunnable(request.model.key, request.inputs)
  }

  const close = (): Promise<void> => {
    closing ??= fleet.close()
    for (const job of queue.splice(0)) job.reject(new PoolClosedError())
    return closing
  }

  options.signal?.addEventListener('abort', () => void close(), { once: true })

  return {
    executionProviders,
    async run(request) {
      admit(request)
      if (queue.length >= maxQueued && !fleet.canTake(toFleetRun(request)))
        throw new QueueFullError(maxQueued)
      const result = Promise.withResolvers<RunResult>()
      const { resolve, reject } = result
      const job: Job = { request, enqueuedAt: performance.now(), resolve, reject }
      const onAbort = () => {
        const at = queue.indexOf(job)
        if (at === -1) return
        queue.splice(at, 1)
        job.reject(new JobAbortedError(request.model.key, request.signal?.reason))
      }
      request.signal?.addEventListener('abort', onAbort, { once: true })
      queue.push(job)
      dispatch()
      return result.promise.finally(() => request.signal?.removeEventListener('abort', onAbort))
    },
    offer(request) {
      admit(request)
      const worker = queue.length > 0 ? undefined : fleet.take(toFleetRun(request))
      return worker === undefined ? undefined : start(request, worker, performance.now())
    },
    load(request) {
      assertOpen(request)
      const worker = queue.length > 0 ? undefined : fleet.takeForLoad(request.model.key)
      return worker?.load(toChannelRun({ ...request, inputs: {} }))
    },
    onFree(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    status: (): PoolStatus => ({
      workers: fleet.status(),
      queued: queue.length,
      ...counts,
      restarts: fleet.restarts(),
      closed: closing !== undefined,
    }),
    close,
  }
}

const toFleetRun = ({ model, estimatedMs }: RunRequest): FleetRun => ({ modelKey: model.key, estimatedMs })

/** Without an estimate a run shares its worker with no other. */
function alone({ estimatedMs: _, ...request }: RunRequest): RunRequest {
  return request
}
