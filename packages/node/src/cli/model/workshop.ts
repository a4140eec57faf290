import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContentStore } from '../../content/contentStore.ts'
import { openFsStore } from '../../content/fsStore.ts'
import { createWorkerPool, type RuntimeLogger } from '../../runtime/pool.ts'
import type { WorkerPool } from '../../runtime/workerPool.ts'

export type Workshop = { dir: string; content: ContentStore; pool: WorkerPool }

/** The runtime's log lines are for a node's operator; a command says what matters in its errors. */
export const silentLogger: RuntimeLogger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
}

/** A store and a worker for the time of one action, which leave nothing behind. */
export async function withWorkshop<T>(
  signal: AbortSignal,
  action: (workshop: Workshop) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'dim-model-'))
  const content = await openFsStore({ dir: join(dir, 'content') })
  const pool = createWorkerPool({
    size: 1,
    memoryLimitBytes: 4 * 1024 ** 3,
    timeoutMs: 120_000,
    logger: silentLogger,
    signal,
  })
  try {
    return await action({ dir, content, pool })
  } finally {
    await pool.close()
    await content.close()
    await rm(dir, { recursive: true, force: true })
  }
}
