import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TensorSet } from '@dim/sdk'
import { doublerOnnx } from '../../../../test/support/testModel.ts'
import type { ContentStore } from '../content/contentStore.ts'
import { openFsStore } from '../content/fsStore.ts'
import { createModelCache, type ModelCache } from '../models/cache.ts'
import { buildManifest } from '../models/publish.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { silentLogger } from '../runtime/silentLogger.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'
import { backendContract } from './backend.contract.ts'
import { poolBackend } from './poolBackend.ts'

const vector = (...values: number[]) => TensorSet.fromNumbers('float32', values, [values.length])

describe('poolBackend', () => {
  let dir: string
  let content: ContentStore
  let pool: WorkerPool
  let cache: ModelCache
  let modelKey: string

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-pool-backend-'))
    content = await openFsStore({ dir: join(dir, 'content') })
    pool = createWorkerPool({ size: 1, memoryLimitBytes: 2 ** 31, timeoutMs: 20_000, logger: silentLogger })
    cache = await createModelCache({
      dir: join(dir, 'models'),
      maxBytes: 2 ** 30,
      content,
      pool,
      logger: silentLogger,
    })
    const onnxPath = join(dir, 'doubler.onnx')
    await writeFile(onnxPath, doublerOnnx())
    const publisher = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
    const salt = `0x${'11'.repeat(32)}` as const
    const options = { name: 'doubler', version: '1.0.0', publisher, salt } as const
    const published = await buildManifest({ onnxPath, options, content, pool })
    modelKey = published.modelKey
    const ready = await cache.ensure(modelKey)
    ready.release()
  })
  after(async () => {
    await cache?.close()
    await pool?.close()
    await content?.close()
    await rm(dir, { recursive: true })
  })

  backendContract('of the pool', () => ({
    backend: poolBackend({ pool, cache }),
    model: modelKey,
    inputs: { x: vector(1, 2) },
    check: (outputs) => assert.deepEqual(outputs, { y: vector(2, 4) }),
  }))

  it('is not ready once the pool is closed', async () => {
    const closed = createWorkerPool({
      size: 1,
      memoryLimitBytes: 2 ** 31,
      timeoutMs: 1_000,
      logger: silentLogger,
    })
    await closed.close()
    const health = await poolBackend({ pool: closed, cache }).health()
    assert.equal(health.state, 'unready')
  })
})
