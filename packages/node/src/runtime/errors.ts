import { BaseError } from '@dim/sdk'

const charged = 'Nothing was charged.'

/** More jobs wait than the pool admits. */
export class QueueFullError extends BaseError {
  override readonly code = 'QUEUE_FULL'
  constructor(maxQueued: number) {
    super(`The run was not started: ${maxQueued} jobs already wait for a worker.`, {
      charged,
      hint: 'Try again in a moment or at another provider.',
      retryable: true,
    })
  }
}

/** Loading and running the model took longer than its limit. */
export class JobTimeoutError extends BaseError {
  override readonly code = 'JOB_TIMEOUT'
  constructor(modelKey: string, timeoutMs: number) {
    super(`Model ${modelKey} did not finish within ${timeoutMs} ms and was stopped.`, {
      charged,
      hint: 'Send a smaller input, or publish the model with a larger maxima.runMs.',
    })
  }
}

/** Whoever asked for the run gave it up. */
export class JobAbortedError extends BaseError {
  override readonly code = 'JOB_ABORTED'
  constructor(modelKey: string, cause?: unknown) {
    super(`The run of model ${modelKey} was cancelled.`, { charged, cause })
  }
}

/** The worker grew beyond its memory. */
export class MemoryLimitError extends BaseError {
  override readonly code = 'MEMORY_LIMIT'
  constructor(modelKey: string, memoryLimitBytes: number, details?: string) {
    super(`Model ${modelKey} needed more than the ${memoryLimitBytes} bytes of memory of a worker.`, {
      charged,
      hint: 'Send a smaller input, or use a provider with a larger memory limit.',
      ...(details === undefined ? {} : { details }),
    })
  }
}

/** The outputs are larger than the model declares or the node allows. */
export class OutputTooLargeError extends BaseError {
  override readonly code = 'OUTPUT_TOO_LARGE'
  constructor(modelKey: string, maxOutputBytes: number) {
    super(`Model ${modelKey} produced more than ${maxOutputBytes} bytes of output.`, {
      charged,
      hint: 'Send a smaller input, or publish the model with a larger maxima.outputBytes.',
    })
  }
}

/** The worker process ended, or spoke out of turn, in the middle of a job. */
export class WorkerCrashedError extends BaseError {
  override readonly code = 'WORKER_CRASHED'
  constructor(modelKey: string, details: string) {
    super(`The worker ended while it ran model ${modelKey}.`, {
      charged,
      details,
      hint: 'Check the model file with "dim model validate"; the node goes on with a new worker.',
      retryable: true,
    })
  }
}

/** No worker comes up on this machine. */
export class WorkerStartFailedError extends BaseError {
  override readonly code = 'WORKER_START_FAILED'
  constructor(attempts: number, details: string) {
    super(`No worker process could be started after ${attempts} attempts.`, {
      charged,
      details,
      hint: 'Run "dim node doctor" to see what is missing.',
      retryable: true,
    })
  }
}

/** The pool was closed before or during the run. */
export class PoolClosedError extends BaseError {
  override readonly code = 'POOL_CLOSED'
  constructor() {
    super('The run was not finished: the node is shutting down.', { charged, retryable: true })
  }
}

/** The engine refuses the model file. */
export class ModelLoadFailedError extends BaseError {
  override readonly code = 'MODEL_LOAD_FAILED'
  constructor(modelKey: string, details: string) {
    super(`Model ${modelKey} could not be loaded by the engine.`, {
      charged,
      details,
      hint: 'Check the model file with "dim model validate".',
    })
  }
}

/** The engine refuses the inputs, or an operator fails on them. */
export class ModelRunFailedError extends BaseError {
  override readonly code = 'MODEL_RUN_FAILED'
  constructor(modelKey: string, details: string) {
    super(`Model ${modelKey} failed on these inputs.`, {
      charged,
      details,
      hint: 'Check the shapes and values of the inputs against the manifest.',
    })
  }
}

/** A tensor type that the engine's JavaScript binding cannot pass. */
export class TensorDtypeUnsupportedError extends BaseError {
  override readonly code = 'TENSOR_DTYPE_UNSUPPORTED'
  constructor(modelKey: string, details: string) {
    super(`Model ${modelKey} uses a tensor type that this node cannot pass to the engine.`, {
      charged,
      details,
      hint: 'Cast it to float32, float16, an integer type, bool or string inside the model.',
    })
  }
}

/** The engine on this machine lacks an execution provider. */
export class ExecutionProviderUnavailableError extends BaseError {
  override readonly code = 'EXECUTION_PROVIDER_UNAVAILABLE'
  constructor(provider: string, details: string) {
    super(`The execution provider "${provider}" is not available on this machine.`, {
      charged,
      details,
      hint: 'Run "dim node doctor" to see which ones are, and choose one of them in the configuration.',
    })
  }
}
