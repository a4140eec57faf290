import type { InferenceSession } from 'onnxruntime-node'
import { coreMlFlagSets, servedCoreMlSets } from './coreMlOptions.ts'

export const executionProviders = ['cpu', 'coreml', 'webgpu', 'cuda', 'directml'] as const

export type ProviderName = (typeof executionProviders)[number]

/** A provider, with its options where it has some: `coreml:gpu+subgraphs+program`. What is measured or checked holds for one of these. */
export type ExecutionProvider = ProviderName | `${ProviderName}:${string}`

type Backend = {
  /** What the engine calls it in the list of a session. */
  session: string
  /** What the engine's profile prints beside every node that it ran. */
  profile: string
}

const backends: Readonly<Record<ProviderName, Backend>> = {
  cpu: { session: 'cpu', profile: 'CPUExecutionProvider' },
  coreml: { session: 'coreml', profile: 'CoreMLExecutionProvider' },
  webgpu: { session: 'webgpu', profile: 'WebGpuExecutionProvider' },
  cuda: { session: 'cuda', profile: 'CUDAExecutionProvider' },
  directml: { session: 'dml', profile: 'DmlExecutionProvider' },
}

export const isProviderName = (name: string): name is ProviderName =>
  (executionProviders as readonly string[]).includes(name)

export const isExecutionProvider = (id: string): id is ExecutionProvider =>
  isProviderName(id.split(':')[0] ?? '')

export const providerNameOf = (provider: ExecutionProvider): ProviderName =>
  provider.split(':')[0] as ProviderName

export const backendOf = (provider: ExecutionProvider): Backend => backends[providerNameOf(provider)]

/** A provider with each of the options that models are tried on, the preferred one first. */
export function optionsOf(name: ProviderName): readonly ExecutionProvider[] {
  return name === 'coreml' ? servedCoreMlSets.map((set) => `coreml:${set}` as const) : [name]
}

/** The list given to a session: the provider with its options, then the CPU for what it cannot run. */
export function sessionProviders(provider: ExecutionProvider): InferenceSession.ExecutionProviderConfig[] {
  const name = providerNameOf(provider)
  const options = provider.slice(name.length + 1)
  switch (name) {
    case 'cpu':
      return ['cpu']
    case 'coreml':
      return [{ name: 'coreml', coreMlFlags: coreMlFlagsOf(options) }, 'cpu']
    case 'webgpu':
      return [{ name: 'webgpu', preferredLayout: layoutOf(options) }, 'cpu']
    case 'cuda':
    case 'directml':
      return [backends[name].session, 'cpu']
  }
}

const coreMlFlagsOf = (set: string): number =>
  coreMlFlagSets.get(set === '' ? (servedCoreMlSets[0] ?? '') : set) ?? 0

/** With NHWC, `webgpu:nhwc`, a one-dimensional convolution gives wrong numbers: no model is tried on it but by name. */
const layoutOf = (layout: string): 'NCHW' | 'NHWC' => (layout === 'nhwc' ? 'NHWC' : 'NCHW')

/** Shape of the model that `probeExecutionProviders` runs. */
export const probeModel = { input: 'x', dims: [8, 8], elements: 64 } as const
