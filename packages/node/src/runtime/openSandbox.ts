import { dirname } from 'node:path'
import { execPath } from 'node:process'
import { createBubblewrapSandbox } from '../sandbox/bubblewrap/bubblewrapSandbox.ts'
import { createContainerSandbox } from '../sandbox/container/containerSandbox.ts'
import { SandboxTooWeakError, SandboxUnavailableError } from '../sandbox/errors.ts'
import type { ExecutionTemplate } from '../sandbox/executionTemplate.ts'
import { createProcessSandbox } from '../sandbox/process/processSandbox.ts'
import type { Sandbox, SandboxLevel, SandboxLimits, SandboxProbe } from '../sandbox/sandbox.ts'
import { workerEntry } from './workerEntry.ts'
import { spawnWorker } from './workerProcess.ts'

export type SandboxSettings = {
  /** `auto` takes the strongest level that really starts a worker. */
  level: 'auto' | SandboxLevel
  /** Whether `auto` may end at a plain process. */
  fallbackToProcess: boolean
  workDir: string
  /** Folders below which models lie. */
  modelRoots: readonly string[]
  template: ExecutionTemplate
  limits: Omit<SandboxLimits, 'memoryBytes'>
  engineSocket?: string | undefined
}

export type OpenedSandbox = { sandbox: Sandbox; probes: readonly SandboxProbe[] }

const startsWithinMs = 30_000
const trialMemoryBytes = 512 * 1024 * 1024

/** Every level, from the strongest to the weakest; on macOS a plain process is tried in the system's own sandbox first. */
export function sandboxesOf(settings: SandboxSettings): Sandbox[] {
  const { workDir, template, engineSocket, limits, modelRoots } = settings
  const common = { node: execPath, entry: workerEntry(), workDir, template }
  const readable = [dirname(execPath), sourceFolder(common.entry), ...modelRoots]
  const profiled = createProcessSandbox({ ...common, macProfileFor: { readable } })
  return [
    createContainerSandbox({ ...common, engineSocket }),
    createBubblewrapSandbox(common),
    ...(process.platform === 'darwin' ? [profiled] : []),
    createProcessSandbox(common),
  ].map((sandbox) => withLimits(sandbox, limits))
}

/** The clone or the package, with the modules that a worker imports. */
const sourceFolder = (entry: string): string => entry.replace(/\/packages\/node\/.*$|\/node_modules\/.*$/, '')

const withLimits = (sandbox: Sandbox, limits: SandboxSettings['limits']): Sandbox => ({
  ...sandbox,
  launch: ({ memoryBytes }) => sandbox.launch({ memoryBytes, ...limits }),
})

/** Whether a level is to be had, seen by starting a worker in it. */
export async function trySandbox(sandbox: Sandbox): Promise<SandboxProbe> {
  const probe = await sandbox.probe()
  if (!probe.available) return probe
  try {
    await sandbox.prepare()
    await startOnce(sandbox)
    return probe
  } catch (error) {
    const details = error instanceof Error && 'details' in error ? ` (${String(error.details)})` : ''
    const reason = `no worker starts in it: ${error instanceof Error ? error.message : String(error)}${details}`
    return { level: sandbox.level, available: false, reason: reason.slice(0, 500), fix: fixes[sandbox.level] }
  }
}

const fixes: Readonly<Record<SandboxLevel, string>> = {
  container: 'Check that the engine runs on this machine and may mount folders of the node (node.dataDir).',
  bubblewrap: 'Check that user namespaces are allowed and that node.dataDir is readable.',
  process: 'Check that the clone is complete: npm install.',
}

async function startOnce(sandbox: Sandbox): Promise<void> {
  const worker = spawnWorker({ memoryLimitBytes: trialMemoryBytes, sandbox })
  const timeout = setTimeout(worker.kill, startsWithinMs)
  try {
    await worker.ready
  } finally {
    clearTimeout(timeout)
    worker.kill()
    await worker.exited
  }
}

/** Chooses by trial, or takes the level that is named. Fails with SANDBOX_TOO_WEAK or SANDBOX_UNAVAILABLE; never weakens silently. */
export async function openSandbox(
  settings: SandboxSettings,
  sandboxes: readonly Sandbox[] = sandboxesOf(settings),
): Promise<OpenedSandbox> {
  const { level, fallbackToProcess } = settings
  const isWanted = (sandbox: Sandbox): boolean =>
    level === 'auto' ? fallbackToProcess || sandbox.level !== 'process' : sandbox.level === level
  const probes: SandboxProbe[] = []
  for (const sandbox of sandboxes.filter(isWanted)) {
    const probe = await trySandbox(sandbox)
    probes.push(probe)
    if (probe.available) return { sandbox, probes }
  }
  throw level === 'auto' ? new SandboxTooWeakError(probes) : new SandboxUnavailableError(level, probes)
}
