import type { BaseError } from '@dim/sdk'
import {
  ExecutionProviderUnavailableError,
  MemoryLimitError,
  ModelLoadFailedError,
  ModelRunFailedError,
  OutputTooLargeError,
  TensorDtypeUnsupportedError,
  WorkerCrashedError,
} from './errors.ts'
import type { WorkerReply } from './protocol.ts'
import type { ExecutionProvider } from './providers.ts'

type FaultContext = {
  modelKey: string
  provider: ExecutionProvider
  maxOutputBytes: number
  memoryLimitBytes: number
}

/** Makes the coded error of a worker's fault; any other reply at this point breaks the protocol. */
export function faultError(reply: WorkerReply, context: FaultContext): BaseError {
  const { modelKey, provider, maxOutputBytes, memoryLimitBytes } = context
  if (reply.type !== 'fault') return new WorkerCrashedError(modelKey, `unexpected reply "${reply.type}"`)
  switch (reply.code) {
    case 'MODEL_LOAD_FAILED':
      return new ModelLoadFailedError(modelKey, reply.message)
    case 'MODEL_RUN_FAILED':
      return new ModelRunFailedError(modelKey, reply.message)
    case 'MEMORY_LIMIT':
      return new MemoryLimitError(modelKey, memoryLimitBytes, reply.message)
    case 'OUTPUT_TOO_LARGE':
      return new OutputTooLargeError(modelKey, maxOutputBytes)
    case 'TENSOR_DTYPE_UNSUPPORTED':
      return new TensorDtypeUnsupportedError(modelKey, reply.message)
    case 'EXECUTION_PROVIDER_UNAVAILABLE':
      return new ExecutionProviderUnavailableError(provider, reply.message)
  }
}
