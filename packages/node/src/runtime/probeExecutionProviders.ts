import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { probeModelBytes } from './probeModel.ts'
import { type ExecutionProvider, engineNames, executionProviders } from './providers.ts'
import { spawnWorker } from './workerProcess.ts'

export type ExecutionProviderReport = {
  name: ExecutionProvider
  available: boolean
  /** Why not, in the engine's words. */
  reason?: string
}

const entry = 'probe.onnx'
const probeTimeoutMs = 60_000
const memoryLimitBytes = 4 * 1024 ** 3

/**
 * Creates a session on each execution provider and runs a small model, each in a process of its own, because a driver
 * may crash. A provider counts only when the engine's profile shows that it executed a node: the engine may drop one silently.
 */
export async function probeExecutionProviders(
  names: readonly ExecutionProvider[] = executionProviders,
  sandbox?: Sandbox,
): Promise<ExecutionProviderReport[]> {
  const dir = await mkdtemp(join(tmpdir(), 'dim-probe-'))
  try {
    await writeFile(join(dir, entry), probeModelBytes())
    const reports: ExecutionProviderReport[] = []
    for (const name of names) reports.push(await probe(name, dir, sandbox))
    return reports
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function probe(
  name: ExecutionProvider,
  dir: string,
  sandbox: Sandbox | undefined,
): Promise<ExecutionProviderReport> {
  const worker = spawnWorker({ memoryLimitBytes, sandbox })
  try {
    await worker.ready
    const { reply } = await worker.execute(
      'probe',
      { id: 1, op: 'probe', dir, entry, executionProvider: name },
      { parts: [], limits: { timeoutMs: probeTimeoutMs, maxOutputBytes: 0 } },
    )
    if (reply.type === 'fault') return { name, available: false, reason: reply.message }
    if (reply.type !== 'probed')
      return { name, available: false, reason: 'the worker answered something else' }
    if (reply.nodeProviders.includes(engineNames[name])) return { name, available: true }
    return {
      name,
      available: false,
      reason: `the engine ran the model on ${reply.nodeProviders.join(', ')} instead`,
    }
  } catch (error) {
    return { name, available: false, reason: error instanceof Error ? error.message : String(error) }
  } finally {
    worker.kill()
    await worker.exited
  }
}
