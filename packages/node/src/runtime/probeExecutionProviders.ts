import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { probeModelBytes } from './probeModel.ts'
import {
  backendOf,
  type ExecutionProvider,
  executionProviders,
  optionsOf,
  type ProviderName,
} from './providers.ts'
import { spawnWorker } from './workerProcess.ts'

export type ExecutionProviderReport = {
  name: ProviderName
  available: boolean
  /** The provider with its options, in the order in which a model is tried on them; empty where none is available. */
  options: readonly ExecutionProvider[]
  /** Why not, in the engine's words. */
  reason?: string
}

type Attempt = { dir: string; sandbox: Sandbox | undefined }

const entry = 'probe.onnx'
const probeTimeoutMs = 60_000
const memoryLimitBytes = 4 * 1024 ** 3
const nvidiaDevices = ['/dev/nvidiactl', '/dev/dxg', '/dev/nvhost-ctrl']

/**
 * Creates a session on each execution provider and runs a small model, each in a process of its own, because a driver
 * may crash. A provider counts only when the engine's profile shows that it executed a node: the engine may drop one silently.
 */
export async function probeExecutionProviders(
  names: readonly ProviderName[] = executionProviders,
  sandbox?: Sandbox,
): Promise<ExecutionProviderReport[]> {
  const dir = await mkdtemp(join(tmpdir(), 'dim-probe-'))
  try {
    await writeFile(join(dir, entry), probeModelBytes())
    const reports: ExecutionProviderReport[] = []
    for (const name of names) reports.push(await probe(name, { dir, sandbox }))
    return reports
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** The first set of options that works shows that the provider is there; whether the others do, each model tells. */
async function probe(name: ProviderName, attempt: Attempt): Promise<ExecutionProviderReport> {
  if (name === 'cuda' && platform() === 'linux' && !nvidiaDevices.some((path) => existsSync(path)))
    return { name, available: false, options: [], reason: `there is no ${nvidiaDevices.join(' nor ')}` }
  const options = optionsOf(name)
  let reason: string | undefined
  for (const [index, option] of options.entries()) {
    const failure = await reasonAgainst(option, attempt)
    if (failure === undefined) return { name, available: true, options: options.slice(index) }
    reason ??= failure
  }
  return { name, available: false, options: [], ...(reason === undefined ? {} : { reason }) }
}

async function reasonAgainst(
  provider: ExecutionProvider,
  { dir, sandbox }: Attempt,
): Promise<string | undefined> {
  const worker = spawnWorker({ memoryLimitBytes, sandbox })
  try {
    await worker.ready
    const { reply } = await worker.execute(
      'probe',
      { id: 1, op: 'probe', dir, entry, executionProvider: provider },
      { parts: [], limits: { timeoutMs: probeTimeoutMs, maxOutputBytes: 0 } },
    )
    if (reply.type === 'fault') return reply.message
    if (reply.type !== 'probed') return 'the worker answered something else'
    return reply.nodeProviders.includes(backendOf(provider).profile)
      ? undefined
      : `the engine ran the model on ${reply.nodeProviders.join(', ')} instead`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    worker.kill()
    await worker.exited
  }
}
