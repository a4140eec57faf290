import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TensorSet } from '@dim/sdk'
import * as Hostile from '../../packages/node/src/runtime/hostile/hostileModels.ts'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import type { SandboxLevel } from '../../packages/node/src/sandbox/sandbox.ts'
import { createCanary } from './canary.ts'
import { type HostileFile, oneNumber } from './corpus.ts'
import { type LevelOptions, sandboxAt } from './levels.ts'
import type { Row } from './row.ts'
import { runFiles } from './runFiles.ts'
import { runOrphan } from './runOrphan.ts'
import { garbageModule, type Program, runGarbage, runProgram } from './runProgram.ts'

export type AttackOptions = {
  level: SandboxLevel
  files: readonly HostileFile[]
  /** Run in a worker's place; none at a level that does not contain hostile code. */
  programs: readonly Program[]
  engineSocket?: string | undefined
  onRow?(row: Row): void
}

/** Everything hostile at one level, beside a canary; answers one row for each. */
export async function attackLevel(options: AttackOptions): Promise<Row[]> {
  const { level, files, programs, engineSocket, onRow = () => undefined } = options
  const canary = await createCanary()
  const workDir = await mkdtemp(join(tmpdir(), 'dim-attack-'))
  const mark = `mark-${randomBytes(8).toString('hex')}`
  const paths = [canary.dir, join(process.cwd(), 'package.json'), '/root/.bashrc', '/etc/machine-id']
  const environment = {
    CANARY_MARK: mark,
    CANARY_PORT: String(canary.port),
    CANARY_NAME: canary.name,
    CANARY_PATHS: paths.join(':'),
  }
  const at: LevelOptions = { workDir, environment, engineSocket }
  try {
    const sandbox = sandboxAt(level, at)
    await sandbox.prepare()
    const rows = await runFiles({ sandbox, files, canary, mark, onRow })
    const orphan = await runOrphan(level, engineSocket)
    onRow(orphan)
    rows.push(orphan)
    return programs.length === 0
      ? rows
      : [...rows, ...(await runPrograms({ ...options, at, canary, mark, onRow }))]
  } finally {
    await canary.close()
    await rm(workDir, { recursive: true, force: true })
  }
}

type Programs = AttackOptions & {
  at: LevelOptions
  canary: Awaited<ReturnType<typeof createCanary>>
  mark: string
  onRow(row: Row): void
}

/** Each beside a pool at the same level, which has to go on serving. */
async function runPrograms({ level, programs, at, canary, mark, onRow }: Programs): Promise<Row[]> {
  const honest = await openHonestPool(level, at)
  const rows: Row[] = []
  const note = (row: Row) => {
    rows.push(row)
    onRow(row)
  }
  try {
    for (const program of programs) {
      const sandbox = sandboxAt(level, { ...at, entry: program.module })
      await sandbox.prepare()
      note(await runProgram({ sandbox, program, canary, mark, serveNext: honest.serve }))
    }
    const sandbox = sandboxAt(level, { ...at, entry: garbageModule })
    await sandbox.prepare()
    note(await runGarbage(sandbox, honest.serve))
  } finally {
    await honest.close()
  }
  return rows
}

async function openHonestPool(level: SandboxLevel, at: LevelOptions) {
  const sandbox = sandboxAt(level, { ...at, environment: {} })
  await sandbox.prepare()
  const pool = createWorkerPool({
    size: 1,
    memoryLimitBytes: 2 ** 29,
    timeoutMs: 15_000,
    sandbox,
    logger: silentLogger,
  })
  const dir = join(at.workDir, 'honest')
  await mkdir(dir)
  await writeFile(join(dir, 'model.onnx'), Hostile.benign())
  return {
    close: () => pool.close(),
    async serve(): Promise<boolean> {
      const { outputs } = await pool.run({
        model: { key: 'honest', dir, entry: 'model.onnx' },
        inputs: oneNumber,
      })
      return outputs.y !== undefined && TensorSet.toNumbers(outputs.y)[0] === 2
    },
  }
}
