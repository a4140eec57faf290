import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sandboxesOf, trySandbox } from '../packages/node/src/runtime/openSandbox.ts'
import { defaultLimits, defaultTemplate } from '../packages/node/src/sandbox/executionTemplate.ts'
import type { Sandbox } from '../packages/node/src/sandbox/sandbox.ts'
import { type BenchModel, benchModels } from './runtime/benchModels.ts'
import { type Measured, measureModel } from './runtime/measureModel.ts'

const mostAddedP50Ms = 0.5
const mostP99OverP50 = 3

const { values: options } = parseArgs({
  options: {
    /** At least seven, so that a median means something. */
    pairs: { type: 'string', default: '7' },
    /** Seconds of each half of a pair. */
    seconds: { type: 'string', default: '1' },
    models: { type: 'string' },
    levels: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

type Results = Record<string, Measured>

/** What a figure misses of its target, in words. */
function missed({ name, target }: BenchModel, measured: Measured): string[] {
  const faults: string[] = []
  const atLeast = (what: string, value: number | undefined, least: number | undefined) => {
    if (least !== undefined && (value ?? 0) < least)
      faults.push(`${name}: ${what} ${value?.toFixed(2)} < ${least}`)
  }
  const atMost = (what: string, value: number, most: number) => {
    if (value > most) faults.push(`${name}: ${what} ${value.toFixed(2)} > ${most}`)
  }
  atLeast('throughputRatio', measured.throughputRatio, target?.throughput)
  atLeast('batchedRatio', measured.batchedRatio, target?.batched)
  if (name === 'tensors100kB') {
    atMost('overChildP50Ms', measured.overChildP50Ms, mostAddedP50Ms)
    atMost('p99OverP50', measured.p99OverP50, mostP99OverP50)
  }
  return faults
}

async function availableLevels(dir: string): Promise<Sandbox[]> {
  const wanted = options.levels?.split(',')
  const sandboxes = sandboxesOf({
    ...{ level: 'auto', fallbackToProcess: true, workDir: join(dir, 'sandbox'), template: defaultTemplate },
    modelRoots: [],
    limits: defaultLimits,
  })
  const available: Sandbox[] = []
  for (const sandbox of sandboxes) {
    if (wanted !== undefined && !wanted.includes(sandbox.level)) continue
    const probe = await trySandbox(sandbox)
    if (probe.available) available.push(sandbox)
    else console.error(`  – ${sandbox.level}: ${probe.reason}`)
  }
  return available
}

const columns: [string, (measured: Measured) => string][] = [
  ['ratio', ({ throughputRatio }) => throughputRatio.toFixed(2)],
  ['batched', ({ batchedRatio }) => batchedRatio?.toFixed(2) ?? '–'],
  ['p50 ms', ({ p50Ms }) => p50Ms.toFixed(2)],
  ['over bare', ({ addedP50Ms }) => addedP50Ms.toFixed(2)],
  ['over child', ({ overChildP50Ms }) => overChildP50Ms.toFixed(2)],
  ['p99/p50', ({ p99OverP50 }) => p99OverP50.toFixed(1)],
  ['child p99/p50', ({ childP99OverP50 }) => childP99OverP50.toFixed(1)],
  ['runs/s', ({ poolRunsPerSecond }) => poolRunsPerSecond.toFixed(0)],
  ['cold ms', ({ coldStartMs }) => coldStartMs.toFixed(0)],
  ['first ms', ({ firstRunMs }) => firstRunMs.toFixed(0)],
  ['MiB', ({ workerMiB }) => String(workerMiB)],
]

const line = (name: string, cells: string[]) =>
  console.log(`  ${name.padEnd(14)}${cells.map((cell) => cell.padStart(14)).join('')}`)

async function measureLevel(
  sandbox: Sandbox,
  models: readonly BenchModel[],
  faults: string[],
): Promise<Results> {
  const results: Results = {}
  line(
    sandbox.level,
    columns.map(([title]) => title),
  )
  for (const model of models) {
    const pairs = Number(options.pairs)
    const measured = await measureModel(model, { sandbox, pairs, forMs: Number(options.seconds) * 1000 })
    results[model.name] = measured
    line(
      model.name,
      columns.map(([, cell]) => cell(measured)),
    )
    faults.push(...missed(model, measured).map((fault) => `${sandbox.level}, ${fault}`))
  }
  return results
}

const dir = await mkdtemp(join(tmpdir(), 'dim-bench-'))
try {
  const loadBefore = loadavg()[0] ?? 0
  const wanted = options.models?.split(',')
  const models = (await benchModels(dir)).filter(({ name }) => wanted?.includes(name) ?? true)
  const faults: string[] = []
  const levels: Record<string, Results> = {}
  for (const sandbox of (await availableLevels(dir)).toReversed()) {
    levels[sandbox.level] = await measureLevel(sandbox, models, faults)
  }
  for (const fault of faults) console.log(`  ✖ ${fault}`)
  if (loadBefore > 1)
    console.log(
      `  the machine was busy before the bench (load ${loadBefore.toFixed(1)}): figures may be too low`,
    )
  if (options.json) console.log(JSON.stringify({ models: levels.process, levels, loadBefore }))
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  await rm(dir, { recursive: true, force: true })
}
