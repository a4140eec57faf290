import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { ModelManifest, TensorSet } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import type { ContentStore } from '../content/contentStore.ts'
import { openFsStore } from '../content/fsStore.ts'
import * as Onnx from '../runtime/onnxBuilder.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { silentLogger } from '../runtime/silentLogger.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'
import { createModelCache, type ModelCache } from './cache.ts'
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
  pool = createWorkerPool({ size: 1, memoryLimitBytes: 1024 ** 3, timeoutMs: 10_000, logger: silentLogger })
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

let clock = 0
const open = (maxBytes = 1e9) =>
  createModelCache({ dir, maxBytes, content: local, pool, logger: silentLogger, now: () => ++clock })

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

  it('keeps a model through a restart, and fetches it again when its files were changed', async () => {
    const { modelKey } = await publish(6)
    await cache.ensure(modelKey, { providers: [endpoint] })
    await cache.close()
    cache = await open()
    assert.equal(cache.list().length, 1)
    assert.deepEqual(cache.list()[0]?.goldenPassed, [])
    const path = join(dir, 'models', modelKey.slice(2), 'weights.bin')
    const original = await readFile(path)
    await chmod(path, 0o644)
    await writeFile(path, Buffer.alloc(weightsBytes, 1))
    const ready = await cache.ensure(modelKey, { providers: [endpoint] })
    assert.deepEqual(await readFile(path), original)
    assert.deepEqual(ready.goldenPassed, ['cpu'])
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

  it('is closed', async () => {
    await cache.close()
    await assert.rejects(cache.ensure(salt(1)), { code: 'MODEL_CACHE_CLOSED' })
  })
})
