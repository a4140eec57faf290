import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { readResidentBytes } from '../../runtime/residentMemory.ts'
import { defaultTemplate, type ExecutionTemplate, workerEnvironment } from '../executionTemplate.ts'
import { launchChild } from '../launchChild.ts'
import type { Sandbox, SandboxLimits } from '../sandbox.ts'
import { makeWorkFolder, removeLeftFolders } from '../workFolder.ts'
import { macProfile } from './macProfile.ts'

export type ProcessSandboxOptions = {
  /** The worker's module. */
  entry: string
  node: string
  /** Holds the working folders, so that a later start finds what a killed one left; the system's temporary folder if none is given. */
  workDir?: string | undefined
  template?: ExecutionTemplate
  /** On macOS, wraps workers in a profile of the system's own sandbox. */
  macProfileFor?: { readable: readonly string[] } | undefined
}

const prlimit = '/usr/bin/prlimit'
const sandboxExec = '/usr/bin/sandbox-exec'
const fileBytes = 16_777_216

/** What Node itself maps as writable data before it loads any model. */
export const engineDataBytes = 640 * 1024 * 1024

/**
 * A process of its own: empty environment and working folder, limits of the kernel where `prlimit` exists, SIGKILL. Contains
 * crashes, hangs and memory; code that takes the process over can do whatever the node's user can.
 */
export function createProcessSandbox(options: ProcessSandboxOptions): Sandbox {
  const { template = defaultTemplate, workDir, macProfileFor } = options

  return {
    level: 'process',
    describe: () => (macProfileFor === undefined ? 'process' : 'process sandbox-exec'),
    probe: async () => ({
      level: 'process',
      available: true,
      detail:
        macProfileFor === undefined
          ? 'contains crashes, hangs and memory, not hostile code'
          : 'with a profile of sandbox-exec; contains crashes, hangs and memory',
    }),
    async prepare() {
      if (workDir === undefined) return
      mkdirSync(workDir, { recursive: true, mode: 0o700 })
      removeLeftFolders(workDir)
    },
    launch(limits) {
      const cwd =
        workDir === undefined
          ? mkdtempSync(join(realpathSync(tmpdir()), 'dim-worker-'))
          : realpathSync(makeWorkFolder(workDir))
      return launchChild({
        ...commandLine(options, limits, cwd),
        cwd,
        env: workerEnvironment(template),
        rssBytes: readResidentBytes,
        showModel: (_modelKey, dir) => dir,
        wasOutOfMemory: () => false,
        onGone: () => rmSync(cwd, { recursive: true, force: true }),
      })
    },
  }
}

function commandLine(
  { node, entry, macProfileFor }: ProcessSandboxOptions,
  limits: SandboxLimits,
  cwd: string,
) {
  if (macProfileFor !== undefined) {
    return { file: sandboxExec, args: ['-p', macProfile({ ...macProfileFor, writable: cwd }), node, entry] }
  }
  if (platform() !== 'linux' || !existsSync(prlimit)) return { file: node, args: [entry] }
  const data = limits.memoryBytes + engineDataBytes
  return { file: prlimit, args: [`--data=${data}`, '--core=0', `--fsize=${fileBytes}`, node, entry] }
}
