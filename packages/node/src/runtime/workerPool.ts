import type { TensorSet } from '@dim/sdk'
import type { BatchAxes } from './protocol.ts'
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
  /** Threads of the session inside of one operator; 1 unless a profile is measured. */
  threads?: number
  /** What a run is known to take. With it, short runs of one model follow each other on a worker without a pause. */
  estimatedMs?: number
  /** Runs that may share one execution with others; their outputs may differ in the last bits from those of a run alone. */
  batch?: { axes: BatchAxes; most: number }
  signal?: AbortSignal
}

export type LoadRequest = Pick<RunRequest, 'model' | 'executionProvider' | 'timeoutMs' | 'signal'>

export type RunResult = {
  outputs: TensorSet.TensorSet
  executionProvider: ExecutionProvider
  /** For receipts: engine, version, operating system and architecture. */
  runtime: string
  /** `transfer`: to the worker and back, without what the other three count. */
  timingsMs: { queue: number; load: number; run: number; transfer: number }
  /** Runs that were executed together with this one, itself included. */
  batch: number
}

export type WorkerStatus = {
  pid: number
  state: 'starting' | 'idle' | 'running'
  runs: number
  rssBytes: number
  models: readonly string[]
  /** Runs on their way, the one that is executed included. */
  inFlight: number
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
  /**
   * Starts a run at once, or answers undefined when no worker can take it now. Resolves with undefined when its worker ended
   * through no fault of the run: it is then to be tried again, alone.
   */
  offer(request: RunRequest): Promise<RunResult | undefined> | undefined
  /** Loads a model on a worker that has not; answers how long it took, undefined when none is free. */
  load(request: LoadRequest): Promise<number> | undefined
  /** Calls whenever a worker can take more; answers how to stop that. */
  onFree(listener: () => void): () => void
  status(): PoolStatus
  /** Kills every worker and resolves when all have exited. */
  close(): Promise<void>
}
