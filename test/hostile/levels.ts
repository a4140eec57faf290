import { execPath } from 'node:process'
import { workerEntry } from '../../packages/node/src/runtime/workerEntry.ts'
import { createBubblewrapSandbox } from '../../packages/node/src/sandbox/bubblewrap/bubblewrapSandbox.ts'
import { createContainerSandbox } from '../../packages/node/src/sandbox/container/containerSandbox.ts'
import { createProcessSandbox } from '../../packages/node/src/sandbox/process/processSandbox.ts'
import type { Sandbox, SandboxLevel } from '../../packages/node/src/sandbox/sandbox.ts'

export type LevelOptions = {
  workDir: string
  /** Variables that workers are allowed to see. */
  environment: Readonly<Record<string, string>>
  engineSocket?: string | undefined
  /** Runs in the worker's place. */
  entry?: string
}

/** A sandbox of one level, for the worker or for a program in its place. */
export function sandboxAt(level: SandboxLevel, options: LevelOptions): Sandbox {
  const { workDir, environment, engineSocket, entry = workerEntry() } = options
  const template = { environment, devices: [], modelPath: '/models' }
  const common = { node: execPath, entry, workDir, template }
  if (level === 'container') return createContainerSandbox({ ...common, engineSocket })
  return level === 'bubblewrap' ? createBubblewrapSandbox(common) : createProcessSandbox(common)
}
