import type { ExecutionProvider } from './providers.ts'
import type { WorkerPool } from './workerPool.ts'

/** The part of a pino logger that the runtime needs. */
export type RuntimeLogger = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type WorkerPoolOptions = {
  size: number
  /** Resident memory of one worker, the engine's own ~100 MB included. */
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

export declare function createWorkerPool(options: WorkerPoolOptions): WorkerPool
