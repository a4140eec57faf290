import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFsStore } from '../../packages/node/src/content/fsStore.ts'
import { serveContent } from '../../packages/node/src/content/support/serveContent.ts'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import { publishLargeModel } from '../support/publishLargeModel.ts'

const MIB = 1_048_576
const downloader = join(import.meta.dirname, '../support/modelDownloader.ts')

test('a provider killed in the middle of a download goes on where it was', async (context) => {
  const root = await mkdtemp(join(tmpdir(), 'dim-killed-'))
  const origin = await openFsStore({ dir: join(root, 'origin') })
  const pool = createWorkerPool({
    size: 1,
    memoryLimitBytes: 1024 ** 3,
    timeoutMs: 60_000,
    logger: silentLogger,
  })
  let answered = 0
  const held = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const server = await serveContent(async (cid) => {
    answered += 1
    if (answered === 20) {
      held.resolve()
      await release.promise
    }
    return origin.getBlock(cid)
  })
  context.after(async () => {
    release.resolve()
    await server.close()
    await pool.close()
    await origin.close()
    await rm(root, { recursive: true })
  })
  const options = { dir: join(root, 'model'), content: origin, pool, weightsBytes: 40 * MIB }
  const { modelKey } = await publishLargeModel(options)
  const dir = join(root, 'provider')
  const start = () => spawn(process.execPath, [downloader, dir, modelKey, server.endpoint])

  const first = start()
  const ended = once(first, 'exit')
  await held.promise
  first.kill('SIGKILL')
  assert.deepEqual(await ended, [null, 'SIGKILL'])
  release.resolve()
  const before = [...server.requests]
  const blocks = await readdir(join(dir, 'content', 'blocks'), { recursive: true })
  const kept = blocks.filter((name) => name.endsWith('.data')).length
  assert.ok(kept >= 10, `${kept} blocks were kept`)
  assert.deepEqual(await readdir(join(dir, 'models')), [])

  const second = start()
  let [said, complained] = ['', '']
  second.stdout.on('data', (chunk) => (said += chunk))
  second.stderr.on('data', (chunk) => (complained += chunk))
  assert.deepEqual(await once(second, 'exit'), [0, null], complained)
  assert.deepEqual(JSON.parse(said), { goldenPassed: ['cpu'] })
  const after = server.requests.slice(before.length)
  const again = after.filter((cid) => before.includes(cid))
  assert.ok(again.length <= before.length - kept, `${again.length} of ${before.length} blocks came twice`)
  assert.deepEqual((await readdir(join(dir, 'models', modelKey.slice(2)))).sort(), [
    'model.onnx',
    'weights.bin',
  ])
  assert.deepEqual(await readdir(join(dir, 'unfinished')), [])
})
