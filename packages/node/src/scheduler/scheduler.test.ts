import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TensorSet } from '@dim/sdk'
import * as Hostile from '../runtime/hostile/hostileModels.ts'
import * as Onnx from '../runtime/onnxBuilder.ts'
import { createWorkerPool, type WorkerPoolOptions } from '../runtime/pool.ts'
import { silentLogger } from '../runtime/silentLogger.ts'
import type { ModelProfile } from './modelProfile.ts'
import type { Priority } from './priorityQueue.ts'
import { createScheduler, type ScheduledRun, type Scheduler, type SchedulerOptions } from './scheduler.ts'

let dir: string

/** y = x + x on any number of rows. */
const rows = (): Uint8Array =>
  Onnx.model({
    graph: Onnx.graph({
      nodes: [Onnx.node('Add', { input: ['x', 'x'], output: ['y'] })],
      inputs: [Onnx.value('x', Onnx.DataType.FLOAT, ['n', 2])],
      outputs: [Onnx.value('y', Onnx.DataType.FLOAT, ['n', 2])],
    }),
  })

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-scheduler-'))
  await writeFile(join(dir, 'add.onnx'), Hostile.benign())
  await writeFile(join(dir, 'other.onnx'), Hostile.benign())
  await writeFile(join(dir, 'rows.onnx'), rows())
  await writeFile(join(dir, 'endless.onnx'), Hostile.endlessRun())
})

after(() => rm(dir, { recursive: true, force: true }))

const request = (entry: string, value = 1): ScheduledRun => ({
  model: { key: entry, dir, entry },
  inputs: { x: TensorSet.fromTyped('float32', Float32Array.from([value]), [1]) },
})

const numberOf = (outputs: TensorSet.TensorSet): number | undefined =>
  outputs.y && Number(TensorSet.toNumbers(outputs.y)[0])

type Made = Partial<SchedulerOptions> & { pool?: never; workers?: Partial<WorkerPoolOptions> }

async function withScheduler(
  { workers = {}, ...options }: Made,
  use: (scheduler: Scheduler) => Promise<void>,
): Promise<void> {
  const size = options.size ?? 1
  const pool = createWorkerPool({
    ...{ size, memoryLimitBytes: 1024 ** 3, timeoutMs: 5000, logger: silentLogger },
    ...workers,
  })
  const scheduler = createScheduler({
    ...options,
    pool,
    size,
    maxQueued: options.maxQueued ?? 1000,
    maxWaitMs: options.maxWaitMs ?? 1e9,
  })
  try {
    await use(scheduler)
  } finally {
    await scheduler.close()
  }
}

/** Occupies the only worker until it is told to end. */
async function occupy(scheduler: Scheduler): Promise<() => Promise<void>> {
  const controller = new AbortController()
  const ended = assert.rejects(scheduler.run({ ...request('endless.onnx'), signal: controller.signal }), {
    code: 'JOB_ABORTED',
  })
  const startedAt = performance.now()
  while (scheduler.schedule().running === 0) {
    assert.ok(performance.now() - startedAt < 20_000, 'the job does not start')
    await new Promise(setImmediate)
  }
  return () => {
    controller.abort()
    return ended
  }
}

describe('scheduler', () => {
  it('serves by priority, not by the order of coming', async () => {
    await withScheduler({}, async (scheduler) => {
      const free = await occupy(scheduler)
      const order: string[] = []
      const run = async (priority: Priority, name: string) => {
        await scheduler.run({ ...request('add.onnx'), priority })
        order.push(name)
      }
      const runs = [run('low', 'l'), run('normal', 'n1'), run('high', 'h'), run('normal', 'n2')]
      await free()
      await Promise.all(runs)
      assert.deepEqual(order, ['h', 'n1', 'n2', 'l'])
    })
  })

  it('refuses what would wait too long, with an estimate that grows with the queue', async () => {
    await withScheduler({ maxQueued: 3 }, async (scheduler) => {
      const free = await occupy(scheduler)
      const about = { modelKey: 'add.onnx', executionProvider: 'cpu', inputBytes: 4 }
      const before = scheduler.estimate(about).waitMs
      const runs = [1, 2, 3].map((value) => scheduler.run(request('add.onnx', value)))
      assert.ok(scheduler.estimate(about).waitMs > before)
      await assert.rejects(scheduler.run(request('add.onnx')), (error: Record<string, unknown>) => {
        assert.equal(error.code, 'QUEUE_FULL')
        assert.equal(error.retryable, true)
        assert.ok(Number(error.retryAfterMs) > 0)
        return true
      })
      assert.equal(scheduler.schedule().refused, 1)
      await free()
      const results = await Promise.all(runs)
      assert.deepEqual(
        results.map(({ outputs }) => numberOf(outputs)),
        [2, 3, 4],
      )
    })
  })

  it('refuses by estimated milliseconds as well', async () => {
    await withScheduler({ maxWaitMs: 100 }, async (scheduler) => {
      const free = await occupy(scheduler)
      await assert.rejects(scheduler.run(request('add.onnx')), { code: 'QUEUE_FULL' })
      await free()
      await scheduler.run(request('add.onnx'))
    })
  })

  it('takes cancelled jobs out of the queue and stops running ones', async () => {
    await withScheduler({}, async (scheduler) => {
      const free = await occupy(scheduler)
      const controller = new AbortController()
      const waiting = scheduler.run({ ...request('add.onnx'), signal: controller.signal })
      controller.abort()
      await assert.rejects(waiting, { code: 'JOB_ABORTED' })
      assert.equal(scheduler.schedule().queued.normal, 0)
      await free()
      await scheduler.run(request('add.onnx'))
    })
  })

  it('gives up what its deadline reaches in the queue, and does not take what cannot make it', async () => {
    await withScheduler({}, async (scheduler) => {
      for (let run = 0; run < 4; run++) await scheduler.run(request('add.onnx'))
      const free = await occupy(scheduler)
      const soon = scheduler.run({ ...request('add.onnx'), priority: 'high', deadlineMs: 400 })
      await assert.rejects(soon, { code: 'DEADLINE_PASSED' })
      const late = scheduler.run({ ...request('add.onnx'), deadlineMs: 1 })
      await assert.rejects(late, { code: 'DEADLINE_UNREACHABLE', retryable: true })
      await free()
    })
  })

  it('stops a run at its deadline', async () => {
    await withScheduler({}, async (scheduler) => {
      const run = scheduler.run({ ...request('endless.onnx'), deadlineMs: 600 })
      await assert.rejects(run, { code: 'JOB_TIMEOUT' })
      await scheduler.run(request('add.onnx'))
    })
  })

  it('repeats alone what shared a worker with a run that ended it', async () => {
    await withScheduler({}, async (scheduler) => {
      for (let run = 0; run < 6; run++) await scheduler.run(request('add.onnx'))
      const runs = Array.from({ length: 300 }, (_, value) => scheduler.run(request('add.onnx', value)))
      const victim = scheduler.status().workers.find(({ inFlight }) => inFlight > 1)
      assert.ok(victim, 'no worker has several runs in flight')
      process.kill(victim.pid, 'SIGKILL')
      const results = await Promise.all(runs)
      assert.deepEqual(
        results.map(({ outputs }) => numberOf(outputs)),
        runs.map((_, value) => value + 1),
      )
      assert.equal(scheduler.status().restarts, 1)
    })
  })

  it('loads pinned and wanted models on idle workers before they are asked for', async () => {
    await withScheduler({ size: 2 }, async (scheduler) => {
      const { model } = request('other.onnx')
      scheduler.pin({ model })
      await scheduler.run(request('add.onnx'))
      await scheduler.prewarm()
      const held = scheduler.status().workers.flatMap(({ models }) => models)
      assert.ok(held.includes('other.onnx'), held.join())
      assert.equal((await scheduler.run(request('other.onnx'))).timingsMs.load, 0)
    })
  })

  it('drains: takes nothing more and resolves when all has ended', async () => {
    await withScheduler({}, async (scheduler) => {
      const runs = Array.from({ length: 20 }, (_, value) => scheduler.run(request('add.onnx', value)))
      const drained = scheduler.drain()
      await assert.rejects(scheduler.run(request('add.onnx')), { code: 'POOL_CLOSED' })
      await drained
      assert.equal(scheduler.schedule().running, 0)
      assert.equal((await Promise.all(runs)).length, 20)
    })
  })

  it('batches only what may be batched, and every item gets its own answer', async () => {
    const batch = { axes: { x: 0, y: 0 }, size: 8, gain: 3 }
    const profile: ModelProfile = {
      ...{
        modelKey: 'rows.onnx',
        executionProvider: 'cpu',
        options: '',
        loadMs: 1,
        memoryBytes: 0,
        runMs: 0.1,
      },
      ...{ twoThreadsMs: undefined, batch, measuredAtMs: 0 },
    }
    await withScheduler({ profileOf: () => profile }, async (scheduler) => {
      const run = (value: number, batchable: boolean) =>
        scheduler.run({
          model: { key: 'rows.onnx', dir, entry: 'rows.onnx' },
          inputs: { x: TensorSet.fromTyped('float32', Float32Array.of(value, -value), [1, 2]) },
          batchable,
        })
      for (let value = 0; value < 6; value++) await run(value, value % 2 === 0)
      for (const batchable of [true, false]) {
        const results = await Promise.all(Array.from({ length: 200 }, (_, value) => run(value, batchable)))
        const largest = Math.max(...results.map((result) => result.batch))
        assert.equal(largest > 1, batchable, `batches of ${largest}`)
        assert.ok(largest <= 8)
        for (const [value, { outputs }] of results.entries()) {
          assert.deepEqual(outputs.y && Array.from(TensorSet.toNumbers(outputs.y), Number), [
            2 * value,
            -2 * value,
          ])
          assert.deepEqual(outputs.y?.dims, [1, 2])
        }
      }
    })
  })
})
