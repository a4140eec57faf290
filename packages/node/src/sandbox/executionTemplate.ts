import type { SandboxLimits } from './sandbox.ts'

/** What a worker finds inside its sandbox besides its program; the same for every worker of a node. */
export type ExecutionTemplate = {
  /** The only variables that a worker sees besides those that turn the engine's telemetry off. */
  environment: Readonly<Record<string, string>>
  /** Paths of devices below /dev, for instance `/dev/dri/renderD128`. */
  devices: readonly string[]
  /** Where the folder of each shown model lies inside, read-only. */
  modelPath: string
  /** Cores; undefined for all. */
  cpus?: number | undefined
  /** Another runtime of the container engine, for instance `runsc`. */
  containerRuntime?: string | undefined
}

export const defaultTemplate: ExecutionTemplate = { environment: {}, devices: [], modelPath: '/models' }

export const defaultLimits: Omit<SandboxLimits, 'memoryBytes'> = { maxProcesses: 64, tmpBytes: 67_108_864 }

/** The whole environment of a worker: the engine sends usage data to its vendor unless the first variable is set. */
export const workerEnvironment = ({ environment }: ExecutionTemplate): Record<string, string> => ({
  ...environment,
  ORT_DISABLE_TELEMETRY: '1',
})
