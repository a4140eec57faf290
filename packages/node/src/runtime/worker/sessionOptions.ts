import { type InferenceSession, listSupportedBackends } from 'onnxruntime-node'
import { backendOf, type ExecutionProvider, providerNameOf, sessionProviders } from '../providers.ts'
import { WorkerFault } from './workerFault.ts'

/** How every session is made; a model may not choose another file format or more threads. */
export function sessionOptions(provider: ExecutionProvider, threads = 1): InferenceSession.SessionOptions {
  return {
    executionProviders: sessionProviders(provider),
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // DirectML takes neither memory patterns nor parallel execution.
    ...(providerNameOf(provider) === 'directml' ? { enableMemPattern: false } : {}),
    extra: { session: { load_model_format: 'ONNX' } },
  }
}

/** The engine drops a provider that it was not built with and only prints a warning; this refuses it. */
export function assertBuiltIn(provider: ExecutionProvider): void {
  const built = listSupportedBackends().map((backend) => backend.name)
  const { session } = backendOf(provider)
  if (!built.includes(session)) {
    throw new WorkerFault('EXECUTION_PROVIDER_UNAVAILABLE', `${session} is not among ${built.join(', ')}`)
  }
}
