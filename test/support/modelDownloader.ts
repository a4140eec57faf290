import { join } from 'node:path'
import { openFsStore } from '../../packages/node/src/content/fsStore.ts'
import { createModelCache } from '../../packages/node/src/models/cache.ts'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'

/** `node modelDownloader.ts DIR KEY ENDPOINT`: what a provider does with a model, in a process that a test may kill. */
const [dir = '', modelKey = '', endpoint = ''] = process.argv.slice(2)
const content = await openFsStore({ dir: join(dir, 'content') })
const pool = createWorkerPool({
  size: 1,
  memoryLimitBytes: 1024 ** 3,
  timeoutMs: 60_000,
  logger: silentLogger,
})
const cache = await createModelCache({ dir, maxBytes: 1e9, content, pool, logger: silentLogger })
try {
  const { goldenPassed } = await cache.ensure(modelKey, { providers: [endpoint] })
  console.log(JSON.stringify({ goldenPassed }))
} finally {
  await cache.close()
  await pool.close()
  await content.close()
}
