import assert from 'node:assert/strict'
import { existsSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TensorSet } from '@dim/sdk'
import * as Hostile from './hostile/hostileModels.ts'
import { createWorkerPool, type WorkerPoolOptions } from './pool.ts'
import { silentLogger } from './silentLogger.ts'
import type { RunRequest, WorkerPool } from './workerPool.ts'

let dir: string
const endless = () => request('endless.onnx')

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-pool-'))
  await writeFile(join(dir, 'add.onnx'), Hostile.benign())
  await writeFile(join(dir, 'other.onnx'), Hostile.benign())
  await writeFile(join(dir, 'endless.onnx'), Hostile.endlessRun())
})

after(() => rm(dir, { recursive: true, force: true }))

const request = (entry: string, value = 1): RunRequest => ({
  model: { key: entry, dir, entry },
  inputs: { x: TensorSet.fromTyped('float32', Float32Array.from([value]), [1]) },
})

async function withPool(
  options: Partial<WorkerPoolOptions>,
  use: (pool: WorkerPool) => Promise<void>,
): Promise<void> {
  const pool = createWorkerPool({
    size: 1,
    memoryLimitBytes: 1024 ** 3,
    timeoutMs: 5000,
    logger: silentLogger,
    ...options,
  })
  try {
    await use(pool)
  } finally {
    await pool.close()
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Resolves once a job that never ends by itself is on a worker. */
async function whenRunning(pool: WorkerPool, count = 1): Promise<void> {
  const startedAt = performance.now()
  while (pool.status().running < count) {
    assert.ok(performance.now() - startedAt < 20_000, 'the job does not start')
    await new Promise(setImmediate)
  }
}

describe('worker pool', () => {
  it('runs a model and says on what', async () => {
    await withPool({}, async (pool) => {
      const { outputs, executionProvider, runtime, timingsMs } = await pool.run(request('add.onnx', 41))
      assert.ok(outputs.y)
      assert.equal(TensorSet.toNumbers(outputs.y)[0], 42)
      assert.equal(executionProvider, 'cpu')
      assert.match(runtime, /^onnxruntime-node 1\.\d+\.\d+ /)
      assert.ok(timingsMs.load > 0)
      assert.equal((await pool.run(request('add.onnx'))).timingsMs.load, 0)
    })
  })

  it('prefers the worker that has the model loaded', async () => {
    await withPool({ size: 2 }, async (pool) => {
      await Promise.all([pool.run(request('add.onnx')), pool.run(request('other.onnx'))])
      for (let round = 0; round < 6; round++) {
        const entry = round % 2 === 0 ? 'add.onnx' : 'other.onnx'
        assert.equal((await pool.run(request(entry))).timingsMs.load, 0)
      }
    })
  })

  it('keeps answers apart when many jobs wait', async () => {
    await withPool({ size: 2 }, async (pool) => {
      const values = Array.from({ length: 40 }, (_, i) => i)
      const results = await Promise.all(values.map((value) => pool.run(request('add.onnx', value))))
      const numbers = results.map(({ outputs }) => outputs.y && TensorSet.toNumbers(outputs.y)[0])
      assert.deepEqual(
        numbers,
        values.map((value) => value + 1),
      )
      assert.equal(pool.status().completed, 40)
    })
  })

  it('refuses one job more than may wait', async () => {
    await withPool({ maxQueued: 1 }, async (pool) => {
      const running = assert.rejects(pool.run({ ...endless(), timeoutMs: 400 }), { code: 'JOB_TIMEOUT' })
      await whenRunning(pool)
      const waiting = pool.run(request('add.onnx'))
      await assert.rejects(pool.run(request('add.onnx')), { code: 'QUEUE_FULL', retryable: true })
      await running
      await waiting
    })
  })

  it('kills the worker of a job that is cancelled, and serves the next one from the spare', async () => {
    await withPool({}, async (pool) => {
      const controller = new AbortController()
      const run = pool.run({ ...endless(), signal: controller.signal })
      await whenRunning(pool)
      const pid = pool.status().workers.find(({ state }) => state === 'running')?.pid ?? 0
      controller.abort()
      await assert.rejects(run, { code: 'JOB_ABORTED' })
      assert.ok(!isAlive(pid))
      await pool.run(request('add.onnx'))
    })
  })

  it('takes a cancelled job out of the queue', async () => {
    await withPool({}, async (pool) => {
      const running = assert.rejects(pool.run({ ...endless(), timeoutMs: 300 }), { code: 'JOB_TIMEOUT' })
      await whenRunning(pool)
      const controller = new AbortController()
      const waiting = pool.run({ ...request('add.onnx'), signal: controller.signal })
      controller.abort()
      await assert.rejects(waiting, { code: 'JOB_ABORTED' })
      assert.equal(pool.status().queued, 0)
      await running
      await assert.rejects(pool.run({ ...request('add.onnx'), signal: controller.signal }), {
        code: 'JOB_ABORTED',
      })
    })
  })

  it('fails the job of a worker that is killed from outside, and goes on', async () => {
    await withPool({}, async (pool) => {
      const run = pool.run(endless())
      await whenRunning(pool)
      process.kill(pool.status().workers.find(({ state }) => state === 'running')?.pid ?? 0, 'SIGKILL')
      await assert.rejects(run, { code: 'WORKER_CRASHED', retryable: true })
      await pool.run(request('add.onnx'))
      assert.equal(pool.status().restarts, 1)
    })
  })

  it('replaces a worker after so many runs', async () => {
    await withPool({ recycleAfterRuns: 2 }, async (pool) => {
      for (let run = 0; run < 5; run++) await pool.run(request('add.onnx'))
      assert.equal(pool.status().restarts, 2)
    })
  })

  it('says so when no worker comes up at all', { skip: process.platform !== 'linux' }, async () => {
    // The kernel then leaves a process 8 MB, in which Node cannot start.
    await withPool({ memoryLimitBytes: -632 * 1024 ** 2 }, async (pool) => {
      await assert.rejects(pool.run(request('add.onnx')), { code: 'WORKER_START_FAILED', retryable: true })
    })
  })

  it('refuses an execution provider that it was not made for', async () => {
    await withPool({}, async (pool) => {
      const run = pool.run({ ...request('add.onnx'), executionProvider: 'cuda' })
      await assert.rejects(run, { code: 'EXECUTION_PROVIDER_UNAVAILABLE' })
    })
  })

  it('refuses an execution provider that the engine would silently drop', {
    skip: process.platform === 'darwin',
  }, async () => {
    await withPool({ executionProviders: ['coreml'] }, async (pool) => {
      await assert.rejects(pool.run(request('add.onnx')), { code: 'EXECUTION_PROVIDER_UNAVAILABLE' })
    })
  })

  it('leaves no process and no directory behind when it is closed in the middle of a job', async () => {
    const pool = createWorkerPool({
      size: 2,
      memoryLimitBytes: 1024 ** 3,
      timeoutMs: 5000,
      logger: silentLogger,
    })
    const run = assert.rejects(pool.run(endless()), { code: 'POOL_CLOSED' })
    await whenRunning(pool)
    const waiting = assert.rejects(pool.run(endless()), { code: 'POOL_CLOSED' })
    const pids = pool.status().workers.map(({ pid }) => pid)
    assert.equal(pids.length, 3)
    const directories = pids.map(directoryOf)
    await pool.close()
    await Promise.all([run, waiting])
    assert.deepEqual(pids.filter(isAlive), [])
    assert.deepEqual(
      directories.filter((path) => path !== undefined && existsSync(path)),
      [],
    )
    await assert.rejects(pool.run(request('add.onnx')), { code: 'POOL_CLOSED' })
  })

  it('closes by its signal', async () => {
    const controller = new AbortController()
    await withPool({ signal: controller.signal }, async (pool) => {
      const run = assert.rejects(pool.run(endless()), { code: 'POOL_CLOSED' })
      await whenRunning(pool)
      controller.abort()
      await run
      assert.equal(pool.status().closed, true)
    })
  })
})

/** Where a worker was started; told by Linux only. */
const directoryOf = (pid: number): string | undefined =>
  process.platform === 'linux' ? readlinkSync(`/proc/${pid}/cwd`) : undefined
