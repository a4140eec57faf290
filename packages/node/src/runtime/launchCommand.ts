import { existsSync } from 'node:fs'
import { platform } from 'node:os'
import { fileURLToPath } from 'node:url'

const prlimit = '/usr/bin/prlimit'

/** What Node itself maps as writable data before it loads any model. */
const engineDataBytes = 640 * 1024 * 1024

export type LaunchCommand = { file: string; args: readonly string[]; hasKernelLimit: boolean }

/** The command line of a worker: Node on the worker's entry file, under a kernel memory limit where `prlimit` exists. */
export function launchCommand(memoryLimitBytes: number): LaunchCommand {
  const node = [process.execPath, entryPath()]
  if (platform() !== 'linux' || !existsSync(prlimit)) {
    return { file: process.execPath, args: node.slice(1), hasKernelLimit: false }
  }
  const limits = [`--data=${memoryLimitBytes + engineDataBytes}`, '--core=0', '--fsize=16777216']
  return { file: prlimit, args: [...limits, ...node], hasKernelLimit: true }
}

function entryPath(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return fileURLToPath(new URL(`./worker/entry.${extension}`, import.meta.url))
}
