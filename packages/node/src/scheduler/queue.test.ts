import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryUsage } from 'node:process'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { BaseError, TensorSet } from '@dim/sdk'
import * as Hostile from '../runtime/hostile/hostileModels.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { silentLogger } from '../runtime/silentLogger.ts'
import { SchedulerBusyError } from './errors.ts'
import { type Priority, priorities } from './priorityQueue.ts'
import { createScheduler, type Scheduler } from './scheduler.ts'

const jobCount = 10_000
const cancelEvery = 97
const maxQueued = 400
const patience = { high: 0, normal: 100, low: 400 }
const models = ['a.onnx', 'b.onnx', 'c.onnx']
const mebibyte = 1_048_576

let dir: string

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-queue-'))
  for (const name of models) await writeFile(join(dir, name), Hostile.benign())
})

after(() => rm(dir, { recursive: true, force: true }))

/** The same mixture at every run: a third of each priority and model, in no order. */
function mixture(): { priority: Priority; entry: string }[] {
  let state = 1
  const next = (count: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % count
  }
  return Array.from({ length: jobCount }, () => ({
    priority: priorities[next(3)] ?? 'normal',
    entry: models[next(3)] ?? 'a.onnx',
  }))
}

type Outcome = { priority: Priority; value: number; waitMs: number; endedAt: number; code: string }

const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

const memoryNow = (scheduler: Scheduler) => {
  collectGarbage()
  const workers = scheduler.status().workers.filter(({ runs }) => runs > 0)
  return {
    heapBytes: memoryUsage().heapUsed,
    workerBytes: Math.max(...workers.map(({ rssBytes }) => rssBytes)),
  }
}

async function submitAll(scheduler: Scheduler, outcomes: Outcome[]) {
  const running: Promise<void>[] = []
  let refusals = 0
  let halfway: ReturnType<typeof memoryNow> | undefined
  const lastSubmitted: Record<Priority, number> = { low: 0, normal: 0, high: 0 }
  for (const [value, { priority, entry }] of mixture().entries()) {
    const controller = new AbortController()
    const submit = () =>
      scheduler.run({
        model: { key: entry, dir, entry },
        inputs: { x: TensorSet.fromTyped('float32', Float32Array.of(value), [1]) },
        priority,
        signal: controller.signal,
      })
    let run = submit()
    for (let busy = await refusalOf(run); busy !== undefined; busy = await refusalOf(run)) {
      refusals += 1
      await sleep(busy.retryAfterMs)
      run = submit()
    }
    lastSubmitted[priority] = performance.now()
    running.push(record(run, { priority, value }, outcomes))
    if (value % cancelEvery === 0) controller.abort()
    if (value === jobCount / 2) halfway = memoryNow(scheduler)
  }
  await Promise.all(running)
  return { refusals, halfway, lastSubmitted }
}

/** A refusal is told within the turn of the event loop in which it is made. */
async function refusalOf(run: Promise<unknown>): Promise<SchedulerBusyError | undefined> {
  const settled = run.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  const error = await Promise.race([settled, new Promise((resolve) => setImmediate(resolve))])
  return error instanceof SchedulerBusyError ? error : undefined
}

async function record(
  run: ReturnType<Scheduler['run']>,
  job: { priority: Priority; value: number },
  outcomes: Outcome[],
): Promise<void> {
  const end = (waitMs: number, code: string) =>
    void outcomes.push({ ...job, waitMs, endedAt: performance.now(), code })
  try {
    const { outputs, timingsMs } = await run
    const answer = outputs.y && Number(TensorSet.toNumbers(outputs.y)[0])
    end(timingsMs.queue, answer === job.value + 1 ? 'OK' : 'WRONG_ANSWER')
  } catch (error) {
    end(0, error instanceof BaseError ? error.code : String(error))
  }
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

describe('a queue with limits', () => {
  it(`serves ${jobCount} mixed jobs: none lost, none twice, high first, low in its time, memory flat`, async (t) => {
    const pool = createWorkerPool({
      ...{ size: 2, memoryLimitBytes: 1024 ** 3, timeoutMs: 20_000, logger: silentLogger },
    })
    const scheduler = createScheduler({ pool, size: 2, maxQueued, maxWaitMs: 60_000, patience })
    try {
      const startedAt = performance.now()
      const outcomes: Outcome[] = []
      const { refusals, halfway, lastSubmitted } = await submitAll(scheduler, outcomes)
      const seconds = (performance.now() - startedAt) / 1000
      const atEnd = memoryNow(scheduler)

      assert.equal(outcomes.length, jobCount)
      assert.equal(new Set(outcomes.map(({ value }) => value)).size, jobCount)
      const done = outcomes.filter(({ code }) => code === 'OK')
      const cancelled = outcomes.filter(({ code }) => code === 'JOB_ABORTED')
      assert.equal(done.length + cancelled.length, jobCount)
      assert.ok(cancelled.length <= Math.ceil(jobCount / cancelEvery))
      // What was executed: every job that was not cancelled in the queue, once.
      const { completed, failed } = pool.status()
      assert.equal(completed, done.length)
      assert.ok(failed <= cancelled.length)
      assert.ok(refusals > 0, 'the limit of the queue was never reached')

      const waits = (priority: Priority) =>
        done
          .filter((job) => job.priority === priority)
          .map(({ waitMs }) => waitMs)
          .sort((a, b) => a - b)
      const [high, normal, low] = [waits('high'), waits('normal'), waits('low')]
      assert.ok(quantile(high, 0.5) < quantile(normal, 0.5), 'high does not go before normal')
      assert.ok(quantile(normal, 0.5) < quantile(low, 0.5), 'normal does not go before low')
      const firstLow = done.filter(({ priority, value }) => priority === 'low' && value < jobCount / 2)
      assert.ok(
        firstLow.every(({ endedAt }) => endedAt < lastSubmitted.high),
        'low jobs waited until no more of high priority came',
      )
      assert.ok(
        quantile(low, 1) <= patience.low + quantile(high, 1) + quantile(normal, 1) + 500,
        'low starves',
      )

      assert.ok(halfway !== undefined)
      const heapGrowth = (atEnd.heapBytes - halfway.heapBytes) / mebibyte
      const workerGrowth = (atEnd.workerBytes - halfway.workerBytes) / mebibyte
      assert.ok(heapGrowth < 16, `the heap grew by ${heapGrowth} MiB`)
      assert.ok(workerGrowth < 32, `a worker grew by ${workerGrowth} MiB`)
      const line = (name: string, sorted: number[]) =>
        `${name} p50 ${quantile(sorted, 0.5).toFixed(0)} ms, p99 ${quantile(sorted, 0.99).toFixed(0)} ms, longest ${quantile(sorted, 1).toFixed(0)} ms`
      t.diagnostic(
        `${(jobCount / seconds).toFixed(0)} jobs/s; waits: ${line('high', high)}; ${line('normal', normal)}; ${line('low', low)}`,
      )
      t.diagnostic(
        `${refusals} refusals with a time to retry, ${cancelled.length} cancelled; second half: heap ${heapGrowth.toFixed(1)} MiB, largest worker ${workerGrowth.toFixed(1)} MiB`,
      )
    } finally {
      await scheduler.close()
    }
  })
})
