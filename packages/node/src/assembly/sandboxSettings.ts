import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { SandboxSettings } from '../runtime/openSandbox.ts'

const MIB = 1_048_576

/** What the configuration says about sandboxes. A node without the provider role runs no model of a stranger. */
export function sandboxSettings({ sandbox, node, models }: Config): SandboxSettings {
  const { level, fallbackToProcess, engineSocket, containerRuntime, environment, devices, cpus } = sandbox
  return {
    level,
    fallbackToProcess: fallbackToProcess || !node.roles.includes('provider'),
    workDir: join(node.dataDir, 'sandbox'),
    modelRoots: [models.cacheDir],
    template: { environment, devices, modelPath: '/models', cpus, containerRuntime },
    limits: { maxProcesses: sandbox.maxProcesses, tmpBytes: sandbox.tmpMb * MIB },
    engineSocket,
  }
}
