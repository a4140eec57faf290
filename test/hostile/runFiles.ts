import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BaseError, TensorSet } from '@dim/sdk'
import * as Hostile from '../../packages/node/src/runtime/hostile/hostileModels.ts'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import type { RunResult, WorkerPool } from '../../packages/node/src/runtime/workerPool.ts'
import type { Sandbox } from '../../packages/node/src/sandbox/sandbox.ts'
import { until } from '../support/until.ts'
import type { Canary } from './canary.ts'
import { type HostileFile, oneNumber } from './corpus.ts'
import { processesOf } from './processesOf.ts'
import type { Row } from './row.ts'

const timeoutMs = 1500
const endsWithinMs = timeoutMs + 8_000
const memoryLimitBytes = 512 * 1024 * 1024
const maxOutputBytes = 1024 * 1024

export type RunFilesOptions = {
  sandbox: Sandbox
  files: readonly HostileFile[]
  canary: Canary
  /** In the command line or environment of every worker. */
  mark: string
  onRow(row: Row): void
}

/** Runs each file as a job on one pool, and after each the next honest job. */
export async function runFiles({ sandbox, files, canary, mark, onRow }: RunFilesOptions): Promise<Row[]> {
  const root = await mkdtemp(join(tmpdir(), 'dim-hostile-'))
  const pool = createWorkerPool({
    size: 1,
    memoryLimitBytes,
    timeoutMs,
    maxOutputBytes,
    sandbox,
    logger: silentLogger,
  })
  const rows: Row[] = []
  try {
    const serveNext = await honestJob(pool, root)
    for (const [index, file] of files.entries()) {
      const dir = join(root, `file-${index}`)
      await mkdir(dir)
      const row = await runFile({ sandbox, pool, file, dir, canary, serveNext })
      rows.push(row)
      onRow(row)
    }
  } finally {
    await pool.close()
    await rm(root, { recursive: true, force: true })
  }
  const row = await nothingLeft(sandbox, mark)
  onRow(row)
  return [...rows, row]
}

async function honestJob(pool: WorkerPool, root: string): Promise<() => Promise<boolean>> {
  const dir = join(root, 'honest')
  await mkdir(dir)
  await writeFile(join(dir, 'model.onnx'), Hostile.benign())
  return async () => {
    const model = { key: 'honest', dir, entry: 'model.onnx' }
    const { outputs } = await pool.run({ model, inputs: oneNumber, timeoutMs: 15_000 })
    return outputs.y !== undefined && TensorSet.toNumbers(outputs.y)[0] === 2
  }
}

type OneFile = Omit<RunFilesOptions, 'files' | 'mark' | 'onRow'> & {
  pool: WorkerPool
  file: HostileFile
  dir: string
  serveNext(): Promise<boolean>
}

async function runFile({ sandbox, pool, file, dir, canary, serveNext }: OneFile): Promise<Row> {
  file.write(dir, canary)
  const startedAt = performance.now()
  const model = { key: dir, dir, entry: 'model.onnx' }
  const { code, said } = await outcomeOf(pool.run({ model, inputs: file.inputs ?? oneNumber }))
  const ms = Math.round(performance.now() - startedAt)
  const nextServed = await serveNext().catch(() => false)
  const leaks = await canary.leaks(said)
  return {
    ...{ level: sandbox.level, file: file.name, outcome: code, ms, nextServed, leaks },
    fault: faultOf(file, { code, ms, nextServed, leaks }),
  }
}

function faultOf(
  { codes }: HostileFile,
  {
    code,
    ms,
    nextServed,
    leaks,
  }: { code: string; ms: number; nextServed: boolean; leaks: readonly string[] },
): string | undefined {
  if (!codes.includes(code)) return `${code} instead of ${codes.join(' or ')}`
  if (ms > endsWithinMs) return `it ended after ${ms} ms only`
  if (!nextServed) return 'the next job was not served'
  return leaks.length > 0 ? leaks.join('; ') : undefined
}

async function outcomeOf(run: Promise<RunResult>): Promise<{ code: string; said: string }> {
  try {
    const { outputs } = await run
    const said = Object.values(outputs).map(({ data }) => Buffer.from(data).toString('latin1'))
    return { code: 'ANSWER', said: said.join('\n') }
  } catch (error) {
    if (!(error instanceof BaseError)) return { code: `uncoded ${String(error)}`, said: String(error) }
    return { code: error.code, said: `${error.message}\n${error.details ?? ''}` }
  }
}

/** After the pool was closed: no process with the mark. */
async function nothingLeft({ level }: Sandbox, mark: string): Promise<Row> {
  const startedAt = performance.now()
  const left = await until(async () => processesOf(mark).length === 0, 5_000).then(
    () => [],
    () => processesOf(mark),
  )
  const leaks = left.length === 0 ? [] : [`${left.length} processes were left`]
  const ms = Math.round(performance.now() - startedAt)
  return {
    level,
    file: '(all closed)',
    outcome: 'no process left',
    ms,
    nextServed: true,
    leaks,
    fault: leaks[0],
  }
}
