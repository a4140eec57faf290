import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { ModelManifest, TensorSet } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import { until } from '../../../../test/support/until.ts'
import type { ContentStore } from '../content/contentStore.ts'
import { DurableBlockstore } from '../content/durableBlockstore.ts'
import { openFsStore } from '../content/fsStore.ts'
import * as Onnx from '../runtime/onnxBuilder.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { silentLogger } from '../runtime/silentLogger.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'
import { createModelCache, type ModelCache, type ModelCacheOptions } from './cache.ts'
import { buildManifest, type PublishedModel } from './publish.ts'

const publisher = '0x00000000000000000000000000000000000000A1'
const weightsBytes = 65_536

let root: string
let dir: string
let pool: WorkerPool
let origin: ContentStore
let local: ContentStore
let server: Server
let endpoint: string
let requests: string[]
let cache: ModelCache
let round = 0

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'dim-cache-'))
  pool = openPool(1)
  origin = await openFsStore({ dir: join(root, 'origin') })
  server = createServer(async (request, response) => {
    const cid = /^\/ipfs\/([a-z0-9]+)/.exec(request.url ?? '')?.[1] ?? ''
    requests.push(cid)
    try {
      response.end(await origin.getBlock(CID.parse(cid)))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

after(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await pool.close()
  await origin.close()
  await rm(root, { recursive: true, force: true })
})

beforeEach(async () => {
  requests = []
  dir = join(root, `cache${round++}`)
  local = await openFsStore({ dir: join(dir, 'content') })
  cache = await open()
})

afterEach(async () => {
  await cache.close()
  await local.close()
})

const openPool = (size: number) =>
  createWorkerPool({ size, memoryLimitBytes: 1024 ** 3, timeoutMs: 10_000, logger: silentLogger })

let clock = 0
const open = (maxBytes = 1e9, more: Partial<ModelCacheOptions> = {}) =>
  createModelCache({ dir, maxBytes, content: local, pool, logger: silentLogger, now: () => ++clock, ...more })

/** y = x·step with the weights in external data, so that the model has two files. */
async function publish(step: number): Promise<PublishedModel> {
  const folder = join(root, `model${step}`)
  await mkdir(folder, { recursive: true })
  const values = new Float32Array(weightsBytes / 4).fill(step)
  const weights = Onnx.tensor('w', Onnx.DataType.FLOAT, [BigInt(values.length)], new Uint8Array())
  weights.dataLocation = 1
  const location = { location: 'weights.bin', offset: '0', length: String(weightsBytes) }
  for (const [key, value] of Object.entries(location)) {
    weights.externalData.push({ $typeName: 'onnx.StringStringEntryProto', key, value })
  }
  const graph = Onnx.graph({
    nodes: [Onnx.node('Mul', { input: ['x', 'w'], output: ['y'] })],
    inputs: [Onnx.value('x', Onnx.DataType.FLOAT, [1])],
    outputs: [Onnx.value('y', Onnx.DataType.FLOAT, [values.length])],
    initializers: [weights],
  })
  await writeFile(join(folder, 'model.onnx'), Onnx.model({ graph }))
  await writeFile(join(folder, 'weights.bin'), Buffer.from(values.buffer))
  const options = { name: `times ${step}`, version: '1', publisher, salt: salt(step) } as const
  return buildManifest({ onnxPath: join(folder, 'model.onnx'), content: origin, pool, options })
}

async function damage(path: string): Promise<void> {
  await chmod(path, 0o644)
  await writeFile(path, Buffer.alloc(weightsBytes, 1))
}

/** How many processes have this very file in their memory. */
async function workersThatMap(path: string): Promise<number> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const maps = await Promise.all(
    processes.map((pid) => readFile(`/proc/${pid}/maps`, 'utf8').catch(() => '')),
  )
  return maps.filter((text) => text.includes(path)).length
}

const salt = (n: number): `0x${string}` => `0x${n.toString(16).padStart(64, '0')}`
const files = (modelKey: string) => readdir(join(dir, 'models', modelKey.slice(2)))

describe('model cache', () => {
  it('downloads a model, checks it and runs it from its own directory', async () => {
    const { modelKey } = await publish(3)
    const ready = await cache.ensure(modelKey, { providers: [endpoint] })
    assert.deepEqual(ready.goldenPassed, ['cpu'])
    assert.deepEqual((await files(modelKey)).sort(), ['model.onnx', 'weights.bin'])
    const inputs = { x: TensorSet.fromTyped('float32', Float32Array.of(2), [1]) }
    const { outputs } = await pool.run({
      model: { key: modelKey, dir: ready.dir, entry: ready.entry },
      inputs,
    })
    assert.equal(outputs.y && TensorSet.toNumbers(outputs.y)[7], 6)
  })

  it('downloads once for many callers, and not at all the second time', async () => {
    const { modelKey } = await publish(4)
    await Promise.all([1, 2, 3, 4].map(() => cache.ensure(modelKey, { providers: [endpoint] })))
    assert.equal(new Set(requests).size, requests.length)
    assert.equal(cache.list()[0]?.inUse, 4)
    requests = []
    await cache.ensure(modelKey)
    assert.deepEqual(requests, [])
  })

  it('goes on for the others when one caller gives up, and stops when all have', async () => {
    const { modelKey } = await publish(5)
    const controller = new AbortController()
    const first = cache.ensure(modelKey, { providers: [endpoint], signal: controller.signal })
    const second = cache.ensure(modelKey, { providers: [endpoint] })
    controller.abort()
    await assert.rejects(first, { name: 'AbortError' })
    assert.equal((await second).modelKey, modelKey)
  })

  it('keeps a model through a restart, and makes its files anew when they were changed', async () => {
    const { modelKey } = await publish(6)
    await cache.ensure(modelKey, { providers: [endpoint] })
    await cache.close()
    const workers = openPool(1)
    cache = await open(1e9, { pool: workers })
    assert.equal(cache.list().length, 1)
    assert.deepEqual(cache.list()[0]?.goldenPassed, [])
    const path = join(dir, 'models', modelKey.slice(2), 'weights.bin')
    const original = await readFile(path)
    await damage(path)
    const ready = await cache.ensure(modelKey, { providers: [endpoint] })
    assert.deepEqual(await readFile(path), original)
    assert.deepEqual(ready.goldenPassed, ['cpu'])
    await workers.close()
  })

  it('says that nobody has what was damaged as file and as block, and mends it when somebody does', async () => {
    const { modelKey, manifest } = await publish(13)
    await cache.ensure(modelKey, { providers: [endpoint] })
    await cache.close()
    const weights = CID.parse(manifest.files.find(({ path }) => path === 'weights.bin')?.cid ?? '')
    await damage(join(dir, 'models', modelKey.slice(2), 'weights.bin'))
    await damage(new DurableBlockstore(join(dir, 'content', 'blocks')).pathOf(weights))
    const workers = openPool(1)
    cache = await open(1e9, { pool: workers })
    await assert.rejects(cache.ensure(modelKey), { code: 'CONTENT_UNAVAILABLE', retryable: true })
    assert.deepEqual(cache.list(), [])
    requests = []
    const ready = await cache.ensure(modelKey, { providers: [endpoint] })
    assert.deepEqual(ready.goldenPassed, ['cpu'])
    assert.deepEqual(requests, [weights.toString()])
    await workers.close()
  })

  it('gives many workers the same files', { skip: process.platform !== 'linux' }, async () => {
    const { modelKey } = await publish(14)
    const workers = openPool(2)
    await cache.close()
    cache = await open(1e9, { pool: workers })
    const ready = await cache.ensure(modelKey, { providers: [endpoint] })
    const model = { key: modelKey, dir: ready.dir, entry: ready.entry }
    const inputs = { x: TensorSet.fromTyped('float32', Float32Array.of(2), [1]) }
    const path = join(ready.dir, 'weights.bin')
    const mapped = async () => {
      await Promise.all(Array.from({ length: 8 }, () => workers.run({ model, inputs })))
      return (await workersThatMap(path)) === 2
    }
    await until(mapped)
    assert.deepEqual(await readdir(join(dir, 'models')), [modelKey.slice(2)])
    await workers.close()
  })

  it('clears up what a crash has left behind', async () => {
    await mkdir(join(dir, 'models', 'ab'.repeat(32)), { recursive: true })
    await mkdir(join(dir, 'unfinished', 'half'), { recursive: true })
    cache = await open()
    assert.deepEqual(cache.list(), [])
    assert.deepEqual(await readdir(join(dir, 'models')), [])
    assert.deepEqual(await readdir(join(dir, 'unfinished')), [])
  })

  it('evicts the least recently used model, but none that is in use or pinned', async () => {
    const [a, b, c] = [await publish(7), await publish(8), await publish(9)]
    cache = await open(2.5 * weightsBytes)
    const from = { providers: [endpoint] }
    const usedA = await cache.ensure(a.modelKey, from)
    const usedB = await cache.ensure(b.modelKey, from)
    await assert.rejects(cache.ensure(c.modelKey, from), { code: 'MODEL_CACHE_FULL' })
    usedA.release()
    cache.pin(a.modelKey)
    await assert.rejects(cache.ensure(c.modelKey, from), { code: 'MODEL_CACHE_FULL' })
    cache.unpin(a.modelKey)
    usedB.release()
    ;(await cache.ensure(a.modelKey)).release()
    await cache.ensure(c.modelKey, from)
    assert.deepEqual(
      cache
        .list()
        .map(({ modelKey }) => modelKey)
        .sort(),
      [a.modelKey, c.modelKey].sort(),
    )
    await assert.rejects(files(b.modelKey), { code: 'ENOENT' })
  })

  it('refuses a model whose outputs differ from the published ones', async () => {
    const { manifest } = await publish(10)
    const { manifest: other } = await publish(11)
    const forged = ModelManifest.parse({ ...ModelManifest.toJson(manifest), golden: other.golden })
    await origin.putBlock(CID.parse(ModelManifest.cid(forged)), ModelManifest.canonical(forged))
    const run = cache.ensure(ModelManifest.key(forged), { providers: [endpoint] })
    await assert.rejects(run, { code: 'MODEL_GOLDEN_MISMATCH' })
  })

  it('refuses a file that has other bytes than the manifest names, and leaves nothing of it', async () => {
    const { manifest } = await publish(12)
    for (const change of [{ sha256: salt(1) }, { bytes: 5 }, { bytes: 10 ** 6 }]) {
      const [first, ...rest] = ModelManifest.toJson(manifest).files
      const forged = ModelManifest.parse({
        ...ModelManifest.toJson(manifest),
        files: [{ ...first, ...change }, ...rest],
      })
      await origin.putBlock(CID.parse(ModelManifest.cid(forged)), ModelManifest.canonical(forged))
      const run = cache.ensure(ModelManifest.key(forged), { providers: [endpoint] })
      await assert.rejects(run, { code: 'MODEL_FILE_MISMATCH' })
    }
    assert.deepEqual(await readdir(join(dir, 'models')), [])
    assert.deepEqual(await readdir(join(dir, 'unfinished')), [])
  })

  it('deletes the blocks of what it evicts, but for those that are pinned or shared', async () => {
    const [a, b] = [await publish(15), await publish(16)]
    cache = await open(1.5 * weightsBytes)
    const from = { providers: [endpoint] }
    ;(await cache.ensure(a.modelKey, from)).release()
    const roots = a.manifest.files.map(({ cid }) => CID.parse(cid))
    const pinned = roots[0] as CID
    await local.pin(pinned)
    await cache.ensure(b.modelKey, from)
    const left = await Promise.all(roots.map((root) => local.has(root)))
    assert.deepEqual(left, [true, ...roots.slice(1).map(() => false)])
    for (const { cid } of b.manifest.files) assert.equal(await local.has(CID.parse(cid)), true)
  })

  it('keeps the blocks of a model that was uploaded here, also when it is evicted', async () => {
    const [a, b] = [await publish(20), await publish(21)]
    for (const cid of [ModelManifest.cid(a.manifest), ...a.manifest.files.map((file) => file.cid)])
      await local.putBlock(CID.parse(cid), await origin.getBlock(CID.parse(cid)))
    cache = await open(1.5 * weightsBytes)
    const from = { providers: [endpoint] }
    ;(await cache.ensure(a.modelKey, from)).release()
    await cache.ensure(b.modelKey, from)
    assert.deepEqual(
      cache.list().map(({ modelKey }) => modelKey),
      [b.modelKey],
    )
    for (const { cid } of a.manifest.files) assert.equal(await local.has(CID.parse(cid)), true)
  })

  it('downloads no more than the manifest says, and keeps nothing of what was more', async () => {
    const { manifest } = await publish(17)
    const large = await origin.add(
      (async function* () {
        for (let index = 0; index < 30; index++) yield randomBytes(100_000)
      })(),
    )
    const [first, ...rest] = ModelManifest.toJson(manifest).files
    const forged = ModelManifest.parse({
      ...ModelManifest.toJson(manifest),
      files: [{ ...first, cid: large.cid.toString(), bytes: 5 }, ...rest],
    })
    await origin.putBlock(CID.parse(ModelManifest.cid(forged)), ModelManifest.canonical(forged))
    const run = cache.ensure(ModelManifest.key(forged), { providers: [endpoint] })
    await assert.rejects(run, { code: 'CONTENT_TOO_LARGE' })
    assert.ok(requests.length <= 8, `${requests.length} blocks`)
    assert.equal(await local.has(large.cid), false)
    assert.equal(await local.has(CID.parse(ModelManifest.cid(forged))), false)
  })

  it('makes room on the disk by evicting, and refuses before it writes when there is none', async () => {
    const [a, b] = [await publish(18), await publish(19)]
    let free = 1e12
    cache = await open(1e9, { freeBytes: async () => (cache.list().length === 0 ? 1e12 : free) })
    const from = { providers: [endpoint] }
    const used = await cache.ensure(a.modelKey, from)
    free = 1e6
    await assert.rejects(cache.ensure(b.modelKey, from), { code: 'DISK_FULL', retryable: true })
    const weights = b.manifest.files.find(({ path }) => path === 'weights.bin')
    assert.equal(await local.has(CID.parse(weights?.cid ?? '')), false)
    used.release()
    await cache.ensure(b.modelKey, from)
    assert.deepEqual(
      cache.list().map(({ modelKey }) => modelKey),
      [b.modelKey],
    )
  })

  it('is closed', async () => {
    await cache.close()
    await assert.rejects(cache.ensure(salt(1)), { code: 'MODEL_CACHE_CLOSED' })
  })
})
