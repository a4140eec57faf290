import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import pino from 'pino'
import type { ContentStore } from '../content/contentStore.ts'
import { openFsStore } from '../content/fsStore.ts'
import { type ContentServer, serveContent } from '../content/support/serveContent.ts'
import { createModelCache, type ModelCache } from '../models/cache.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { silentLogger } from '../runtime/silentLogger.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'
import { createServedModels } from './servedModels.ts'

const modelKey = `0x${'ab'.repeat(32)}` as const

describe('served models', () => {
  let dir: string
  let content: ContentStore
  let pool: WorkerPool
  let cache: ModelCache
  let server: ContentServer
  let timeMs = 0
  const signal = AbortSignal.timeout(60_000)

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-served-'))
    content = await openFsStore({ dir: join(dir, 'content'), retry: { rounds: 1 } })
    pool = createWorkerPool({ size: 1, memoryLimitBytes: 1024 ** 3, timeoutMs: 10_000, logger: silentLogger })
    cache = await createModelCache({ dir, maxBytes: 1e9, content, pool, logger: silentLogger })
    server = await serveContent(async (_, response) => void response.writeHead(404).end())
  })
  after(async () => {
    await server.close()
    await cache.close()
    await pool.close()
    await content.close()
    await rm(dir, { recursive: true })
  })

  it('tries a model that fails again later and later, not at every tick', async () => {
    const models = createServedModels({
      serve: [{ modelKey, askUsdc: 0n }],
      ...{ cache, endpoints: async () => [server.endpoint], registrantOf: async () => undefined },
      logger: pino({ level: 'silent' }),
      nowMs: () => timeMs,
    })
    const triedAtMs: number[] = []
    for (timeMs = 0; timeMs <= 1_200_000; timeMs += 15_000) {
      const asked = server.requests.length
      await models.warmUp(signal)
      if (server.requests.length > asked) triedAtMs.push(timeMs)
    }
    assert.deepEqual(
      triedAtMs.map((at) => at / 1000),
      [0, 15, 45, 90, 180, 345, 645, 945],
    )
    assert.equal(models.get(modelKey)?.state, 'failed')
    assert.match(models.get(modelKey)?.reason ?? '', /could not be fetched/)
  })
})
