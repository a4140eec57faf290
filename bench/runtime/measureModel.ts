import { join } from 'node:path'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import type { Sandbox } from '../../packages/node/src/sandbox/sandbox.ts'
import { measureProfile } from '../../packages/node/src/scheduler/measureProfile.ts'
import { batchOf, type ModelProfile } from '../../packages/node/src/scheduler/modelProfile.ts'
import { createScheduler, type Scheduler } from '../../packages/node/src/scheduler/scheduler.ts'
import { type BareProcess, startBare } from './bareProcess.ts'
import type { BenchModel } from './benchModels.ts'
import { median, quantile, sorted } from './statistics.ts'

const workers = 2
const clients = 96
const latencyRuns = 200
const tolerance = { mode: 'allclose', absolute: 1e-3, relative: 1e-2 } as const

export type Measured = {
  /** Pool at saturation ÷ bare loop of as many processes on the same cores. */
  throughputRatio: number
  /** The same with batches; only where a profile says that they pay. */
  batchedRatio?: number
  /** One run in flight: over the bare run inside of its process. */
  addedP50Ms: number
  /** The same over a plain child process that is sent the input and answers with the outputs. */
  overChildP50Ms: number
  /** The p99 of one run in flight over that of the plain child process. */
  overChildP99Ms: number
  p99OverP50: number
  childP99OverP50: number
  p50Ms: number
  bareRunMs: number
  bareRunsPerSecond: number
  poolRunsPerSecond: number
  batchGain?: number
  /** From nothing to the first answer, and from a blank worker in reserve. */
  coldStartMs: number
  firstRunMs: number
  workerMiB: number
}

export type MeasureOptions = { sandbox: Sandbox | undefined; pairs: number; forMs: number }

type Bench = { scheduler: Scheduler; bares: readonly BareProcess[]; model: BenchModel; forMs: number }

/** Compares pool and bare loop in turns, so that what else the machine does weighs on both. */
export async function measureModel(model: BenchModel, options: MeasureOptions): Promise<Measured> {
  const { pairs, forMs } = options
  const coldStartMs = await timeColdStart(model, options)
  const profiles: { current?: ModelProfile } = {}
  const scheduler = openScheduler(options, () => profiles.current)
  const path = join(model.model.dir, model.model.entry)
  const bares = await Promise.all(Array.from({ length: workers }, () => startBare(path, model.inputs)))
  try {
    const firstRunMs = await timeFirstRun(scheduler, model)
    profiles.current = await profile(scheduler, model)
    const bench: Bench = { scheduler, bares, model, forMs }
    const batches = batchOf(profiles.current) !== undefined
    await saturate(bench, false)
    const rounds: Round[] = []
    for (let pair = 0; pair < pairs; pair++) rounds.push(await round(bench, batches, pair % 2 === 0))
    const rss = scheduler.status().workers.filter(({ runs }) => runs > 0)
    const workerMiB = Math.round(Math.max(...rss.map(({ rssBytes }) => rssBytes)) / 1_048_576)
    return { ...summarise(rounds), ...gainOf(profiles.current), coldStartMs, firstRunMs, workerMiB }
  } finally {
    for (const bare of bares) bare.stop()
    await scheduler.close()
  }
}

function openScheduler({ sandbox }: MeasureOptions, profileOf: () => ModelProfile | undefined): Scheduler {
  const pool = createWorkerPool({
    ...{ size: workers, memoryLimitBytes: 2 * 2 ** 30, timeoutMs: 30_000, logger: silentLogger, sandbox },
  })
  return createScheduler({ pool, size: workers, maxQueued: 10_000, maxWaitMs: 600_000, profileOf })
}

async function timeColdStart(model: BenchModel, options: MeasureOptions): Promise<number> {
  const startedAt = performance.now()
  const scheduler = openScheduler(options, () => undefined)
  try {
    await scheduler.run(model)
    return performance.now() - startedAt
  } finally {
    await scheduler.close()
  }
}

/** Once all workers, the one in reserve included, wait for work. */
async function timeFirstRun(scheduler: Scheduler, model: BenchModel): Promise<number> {
  while (scheduler.status().workers.some(({ state }) => state === 'starting')) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  const startedAt = performance.now()
  await scheduler.run(model)
  return performance.now() - startedAt
}

const profile = (scheduler: Scheduler, { model, inputs, ports }: BenchModel): Promise<ModelProfile> =>
  measureProfile({
    ...{ pool: scheduler, model, inputs, ports, tolerance, executionProvider: 'cpu', options: 'bench' },
    timeoutMs: 30_000,
  })

/** Runs per second with more work at hand than the workers can do. */
async function saturate({ scheduler, model, forMs }: Bench, batchable: boolean): Promise<number> {
  const startedAt = performance.now()
  const end = startedAt + forMs
  let count = 0
  const client = async () => {
    while (performance.now() < end) {
      await scheduler.run({ ...model, batchable })
      count += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return (count * 1000) / (performance.now() - startedAt)
}

async function timeEach(run: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let at = 0; at < latencyRuns; at++) {
    const startedAt = performance.now()
    await run()
    times.push(performance.now() - startedAt)
  }
  return sorted(times)
}

type Round = {
  barePerSecond: number
  poolPerSecond: number
  batchedPerSecond: number | undefined
  bareRunMs: number
  pool: number[]
  child: number[]
}

async function round(bench: Bench, batches: boolean, bareFirst: boolean): Promise<Round> {
  const { scheduler, bares, model, forMs } = bench
  const bareLoops = async () => {
    const loops = await Promise.all(bares.map((bare) => bare.loop(forMs)))
    return loops.reduce((sum, { count }) => sum + count, 0) / (forMs / 1000)
  }
  let barePerSecond = bareFirst ? await bareLoops() : 0
  const poolPerSecond = await saturate(bench, false)
  const batchedPerSecond = batches ? await saturate(bench, true) : undefined
  if (!bareFirst) barePerSecond = await bareLoops()
  const [bare] = bares
  const bareRunMs = (await bare?.loop(forMs / 4))?.p50Ms ?? 0
  const child = await timeEach(async () => bare?.run())
  const pool = await timeEach(() => scheduler.run(model))
  return { barePerSecond, poolPerSecond, batchedPerSecond, bareRunMs, pool, child }
}

function summarise(rounds: readonly Round[]) {
  const of = (value: (round: Round) => number) => median(rounds.map(value))
  const batched = rounds.flatMap(({ batchedPerSecond, barePerSecond }) =>
    batchedPerSecond === undefined ? [] : [batchedPerSecond / barePerSecond],
  )
  return {
    throughputRatio: of((round) => round.poolPerSecond / round.barePerSecond),
    ...(batched.length === 0 ? {} : { batchedRatio: median(batched) }),
    addedP50Ms: of(({ pool, bareRunMs }) => quantile(pool, 0.5) - bareRunMs),
    overChildP50Ms: of(({ pool, child }) => quantile(pool, 0.5) - quantile(child, 0.5)),
    overChildP99Ms: of(({ pool, child }) => quantile(pool, 0.99) - quantile(child, 0.99)),
    p99OverP50: of(({ pool }) => quantile(pool, 0.99) / quantile(pool, 0.5)),
    childP99OverP50: of(({ child }) => quantile(child, 0.99) / quantile(child, 0.5)),
    p50Ms: of(({ pool }) => quantile(pool, 0.5)),
    bareRunMs: of(({ bareRunMs }) => bareRunMs),
    bareRunsPerSecond: of(({ barePerSecond }) => barePerSecond),
    poolRunsPerSecond: of(({ poolPerSecond }) => poolPerSecond),
  }
}

const gainOf = ({ batch }: ModelProfile): { batchGain?: number } =>
  batch === undefined ? {} : { batchGain: batch.gain }
