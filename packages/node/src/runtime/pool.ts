import {
  ExecutionProviderUnavailableError,
  JobAbortedError,
  PoolClosedError,
  QueueFullError,
} from './errors.ts'
import { faultError } from './faultError.ts'
import type { ExecutionProvider } from './providers.ts'
import type { RuntimeLogger } from './runtimeLogger.ts'
import { fromWire, toWire } from './wireTensors.ts'
import { createWorkerFleet, type FleetWorker } from './workerFleet.ts'
import type { PoolStatus, RunRequest, RunResult, WorkerPool } from './workerPool.ts'

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

/** Runs models in child processes under limits of time, memory and output; no model can hold up the next job. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { timeoutMs, executionProviders = ['cpu'], maxQueued = defaultMaxQueued } = options
  const queue: Job[] = []
  const counts = { running: 0, completed: 0, failed: 0 }
  let nextId = 1
  let closing: Promise<void> | undefined

  const fleet = createWorkerFleet({
    size: options.size,
    memoryLimitBytes: options.memoryLimitBytes,
    recycleAfterRuns: options.recycleAfterRuns ?? 1000,
    logger: options.logger,
    onIdle: () => dispatch(),
    onUnstartable: (error) => {
      for (const job of queue.splice(0)) job.reject(error)
    },
  })

  const dispatch = () => {
    for (let job = queue[0]; job !== undefined; job = queue[0]) {
      const worker = fleet.take(job.request.model.key)
      if (worker === undefined) return
      queue.shift()
      start(job, worker)
    }
  }

  const start = (job: Job, worker: FleetWorker) => {
    counts.running += 1
    runOn(worker, job).then(
      (result) => {
        counts.running -= 1
        counts.completed += 1
        job.resolve(result)
      },
      (error) => {
        counts.running -= 1
        counts.failed += 1
        job.reject(closing === undefined ? error : new PoolClosedError())
      },
    )
  }

  const runOn = async (worker: FleetWorker, { request, enqueuedAt }: Job): Promise<RunResult> => {
    const { model, inputs, signal } = request
    const provider = request.executionProvider ?? executionProviders[0] ?? 'cpu'
    const queueMs = performance.now() - enqueuedAt
    const maxOutputBytes = Math.min(
      model.maxOutputBytes ?? Infinity,
      options.maxOutputBytes ?? defaultMaxOutputBytes,
    )
    const { tensors, parts } = toWire(model.key, inputs)
    const { reply, payload } = await worker.execute(
      model.key,
      {
        id: nextId++,
        op: 'run',
        modelKey: model.key,
        path: `${model.dir}/${model.entry}`,
        executionProvider: provider,
        maxOutputBytes,
        tensors,
      },
      { parts, limits: { timeoutMs: request.timeoutMs ?? timeoutMs, maxOutputBytes, signal } },
    )
    if (reply.type !== 'outputs') {
      throw faultError(reply, {
        modelKey: model.key,
        provider,
        maxOutputBytes,
        memoryLimitBytes: options.memoryLimitBytes,
      })
    }
    return {
      outputs: fromWire(model.key, reply.tensors, payload),
      executionProvider: provider,
      runtime: worker.runtime,
      timingsMs: { queue: queueMs, load: reply.loadMs, run: reply.runMs },
    }
  }

  const admit = (request: RunRequest): void => {
    const { model, executionProvider, signal } = request
    if (closing !== undefined) throw new PoolClosedError()
    if (signal?.aborted) throw new JobAbortedError(model.key, signal.reason)
    if (executionProvider !== undefined && !executionProviders.includes(executionProvider)) {
      throw new ExecutionProviderUnavailableError(
        executionProvider,
        `the pool has ${executionProviders.join(', ')}`,
      )
    }
    toWire(model.key, request.inputs)
    if (queue.length >= maxQueued && !fleet.canTake(model.key)) throw new QueueFullError(maxQueued)
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
      const result = Promise.withResolvers<RunResult>()
      const job: Job = {
        request,
        enqueuedAt: performance.now(),
        resolve: result.resolve,
        reject: result.reject,
      }
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
