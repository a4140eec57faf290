import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { SandboxLevel } from '../../packages/node/src/sandbox/sandbox.ts'
import { until } from '../support/until.ts'
import { processesOf } from './processesOf.ts'
import type { Row } from './row.ts'

const parent = fileURLToPath(new URL('./orphanParent.ts', import.meta.url))
const endsWithinMs = 10_000

/** Kills a node in the middle of a model that never ends: its workers must not outlive it. */
export async function runOrphan(level: SandboxLevel, engineSocket: string | undefined): Promise<Row> {
  const root = await mkdtemp(join(tmpdir(), 'dim-orphan-'))
  const workDir = join(root, 'work')
  await mkdir(workDir)
  const mark = `mark-${randomBytes(8).toString('hex')}`
  const node = spawn(process.execPath, [parent, level, workDir, mark, engineSocket ?? ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(node, 'exit')
  try {
    await Promise.race([once(createInterface(node.stdout), 'line'), exited])
    const workers = processesOf(mark).filter((pid) => pid !== node.pid).length
    node.kill('SIGKILL')
    await exited
    const startedAt = performance.now()
    const isGone = await until(async () => processesOf(mark).length === 0, endsWithinMs).then(
      () => true,
      () => false,
    )
    const ms = Math.round(performance.now() - startedAt)
    const fault = faultOf(workers, isGone)
    const leaks = isGone ? [] : ['processes were left']
    const outcome = isGone ? 'workers ended with it' : 'workers outlived it'
    return { level, file: 'the node is killed', outcome, ms, nextServed: true, leaks, fault }
  } finally {
    node.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  }
}

function faultOf(workers: number, isGone: boolean): string | undefined {
  if (workers === 0) return 'no worker was seen'
  return isGone ? undefined : 'processes were left'
}
