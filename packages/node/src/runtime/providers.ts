import type { InferenceSession } from 'onnxruntime-node'

export const executionProviders = ['cpu', 'coreml', 'webgpu', 'cuda'] as const

export type ExecutionProvider = (typeof executionProviders)[number]

/** The engine's own name for a provider, as its profile prints it beside every node that ran. */
export const engineNames: Readonly<Record<ExecutionProvider, string>> = {
  cpu: 'CPUExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
  cuda: 'CUDAExecutionProvider',
}

const coreMlOnSubgraphs = 0x02
const coreMlProgram = 0x10

/** The list given to a session: the provider with its options, then the CPU for what it cannot run. */
export function sessionProviders(provider: ExecutionProvider): InferenceSession.ExecutionProviderConfig[] {
  switch (provider) {
    case 'cpu':
      return ['cpu']
    case 'coreml':
      return [{ name: 'coreml', coreMlFlags: coreMlOnSubgraphs | coreMlProgram }, 'cpu']
    case 'webgpu':
      // With NHWC a one-dimensional convolution gives wrong numbers.
      return [{ name: 'webgpu', preferredLayout: 'NCHW' }, 'cpu']
    case 'cuda':
      return ['cuda', 'cpu']
  }
}

/** Shape of the model that `probeExecutionProviders` runs. */
export const probeModel = { input: 'x', dims: [8, 8], elements: 64 } as const
