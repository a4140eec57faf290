import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ContentStore } from '../../packages/node/src/content/contentStore.ts'
import { openFsStore } from '../../packages/node/src/content/fsStore.ts'
import { parseCid } from '../../packages/node/src/content/support/contractContent.ts'
import { type ContentServer, serveContent } from '../../packages/node/src/content/support/serveContent.ts'
import { createModelCache } from '../../packages/node/src/models/cache.ts'
import type { PublishedModel } from '../../packages/node/src/models/publish.ts'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import type { WorkerPool } from '../../packages/node/src/runtime/workerPool.ts'
import { publishLargeModel } from '../support/publishLargeModel.ts'

const MIB = 1_048_576

/** A disk of 24 MiB. */
const mountSmall = (dir: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', dir]).status === 0

async function canMount(): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), 'dim-mount-'))
  const mounted = mountSmall(dir)
  if (mounted) execFileSync('umount', [dir])
  await rm(dir, { recursive: true })
  return mounted
}

const skip = !(await canMount()) && 'skipped: no right to mount a small disk'

describe('a disk that is full', { skip }, () => {
  let root: string
  let disk: string
  let origin: ContentStore
  let content: ContentStore
  let pool: WorkerPool
  /** What was set up, also when the rest of the setup failed: a mount that stays outlives the test. */
  const cleanUp: (() => unknown)[] = []
  let server: ContentServer
  let small: PublishedModel
  let large: PublishedModel
  const usedBytes = () => statfs(disk).then(({ blocks, bfree, bsize }) => (blocks - bfree) * bsize)

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'dim-full-'))
    disk = join(root, 'disk')
    await mkdir(disk)
    assert.ok(mountSmall(disk))
    cleanUp.push(() => execFileSync('umount', [disk]))
    pool = createWorkerPool({ size: 1, memoryLimitBytes: 1024 ** 3, timeoutMs: 60_000, logger: silentLogger })
    cleanUp.push(() => pool.close())
    origin = await openFsStore({ dir: join(root, 'origin') })
    content = await openFsStore({ dir: join(disk, 'content') })
    const publish = (name: string, weightsBytes: number) =>
      publishLargeModel({ dir: join(root, name), content: origin, pool, weightsBytes })
    small = await publish('small', 4 * MIB)
    large = await publish('large', 16 * MIB)
    server = await serveContent((cid) => origin.getBlock(cid))
    cleanUp.push(server.close)
  })
  after(async () => {
    for (const undo of cleanUp.toReversed()) await undo()
    await rm(root, { recursive: true })
  })

  const openCache = (freeBytes?: () => Promise<number>) =>
    createModelCache({
      ...{ dir: disk, maxBytes: 1e9, content, pool, logger: silentLogger },
      ...(freeBytes && { freeBytes }),
    })

  it('is noticed before a download, and nothing is written', async () => {
    const cache = await openCache()
    const before = await usedBytes()
    await assert.rejects(cache.ensure(large.modelKey, { providers: [server.endpoint] }), {
      code: 'DISK_FULL',
    })
    assert.ok((await usedBytes()) - before < MIB)
    await cache.close()
  })

  it('ends a download that fills it with a code, gives the room back, and the next model is served', async () => {
    const cache = await openCache(async () => 1e12)
    const before = await usedBytes()
    const from = { providers: [server.endpoint] }
    await assert.rejects(cache.ensure(large.modelKey, from), { code: 'DISK_FULL', retryable: true })
    assert.ok((await usedBytes()) - before < MIB, 'what was fetched is deleted')
    const ready = await cache.ensure(small.modelKey, from)
    assert.deepEqual(ready.goldenPassed, ['cpu'])
    await cache.close()
  })

  it('is told apart by whatever is stored', async () => {
    const bytes = Buffer.alloc(MIB)
    const add = () =>
      content.add(
        (async function* () {
          for (let index = 0; index < 32; index++) yield Buffer.from(bytes.fill(index))
        })(),
      )
    await assert.rejects(add(), { code: 'DISK_FULL' })
    await content.gc()
    const { manifest } = small
    assert.equal(await content.has(parseCid(manifest.files[0]?.cid ?? '')), true)
  })
})
