import type { TensorSet } from '@dim/sdk'
import type { ExecutionProvider } from './providers.ts'

/** Where a model lies on disk, named by a key under which a worker keeps its session. */
export type RunnableModel = {
  key: string
  /** A directory that holds this model's files and nothing else. */
  dir: string
  /** Path of the .onnx file below `dir`. */
  entry: string
  /** Bytes of all output tensors together; above it the run ends with OUTPUT_TOO_LARGE. */
  maxOutputBytes?: number
}

export type RunRequest = {
  model: RunnableModel
  inputs: TensorSet.TensorSet
  /** Covers load and run, not the time spent waiting for a worker. */
  timeoutMs?: number
  /** Defaults to the pool's first execution provider. */
  executionProvider?: ExecutionProvider
  signal?: AbortSignal
}

export type RunResult = {
  outputs: TensorSet.TensorSet
  executionProvider: ExecutionProvider
  /** For receipts: engine, version, operating system and architecture. */
  runtime: string
  timingsMs: { queue: number; load: number; run: number }
}

export type WorkerStatus = {
  pid: number
  state: 'starting' | 'idle' | 'running'
  runs: number
  rssBytes: number
  models: readonly string[]
}

export type PoolStatus = {
  workers: readonly WorkerStatus[]
  queued: number
  running: number
  completed: number
  failed: number
  restarts: number
  closed: boolean
}

export type WorkerPool = {
  readonly executionProviders: readonly ExecutionProvider[]
  /** Fails with QUEUE_FULL, JOB_TIMEOUT, JOB_ABORTED, MEMORY_LIMIT, OUTPUT_TOO_LARGE, WORKER_CRASHED, MODEL_LOAD_FAILED, MODEL_RUN_FAILED… */
  run(request: RunRequest): Promise<RunResult>
  status(): PoolStatus
  /** Kills every worker and resolves when all have exited. */
  close(): Promise<void>
}
