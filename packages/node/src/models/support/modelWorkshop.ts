import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFsStore } from '../../content/fsStore.ts'
import { createWorkerPool } from '../../runtime/pool.ts'
import { silentLogger } from '../../runtime/silentLogger.ts'
import { createModelCache } from '../cache.ts'

export type ModelWorkshop = Awaited<ReturnType<typeof openModelWorkshop>>

/** What a model needs on its way from a file to a run, in a folder of its own: a store, a worker, a cache. */
export async function openModelWorkshop() {
  const dir = await mkdtemp(join(tmpdir(), 'dim-models-'))
  const content = await openFsStore({ dir: join(dir, 'content') })
  const pool = createWorkerPool({
    size: 1,
    memoryLimitBytes: 1024 ** 3,
    timeoutMs: 20_000,
    logger: silentLogger,
  })
  const cache = await createModelCache({
    dir: join(dir, 'models'),
    maxBytes: 1e9,
    content,
    pool,
    logger: silentLogger,
  })
  return {
    dir,
    content,
    pool,
    cache,
    async close() {
      await cache.close()
      await pool.close()
      await content.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
