import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import type { TensorSet } from '@dim/sdk'
import type { ContentStore } from '../content/contentStore.ts'
import { openFsStore } from '../content/fsStore.ts'
import { createModelCache, type ModelCache } from '../models/cache.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { silentLogger } from '../runtime/silentLogger.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'
import { createEngineModels } from './engineModels.ts'
import { createEngineRunner } from './engineRunner.ts'
import { createEngines, type EngineConfig } from './engines.ts'
import { startInferenceServer } from './support/inferenceServer.ts'
import { promptOf, publishTextModel, textAnswer } from './support/textManifest.ts'
import { startTextServer, type TextServer } from './support/textServer.ts'

const publisher = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const other = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
const golden = [{ inputs: promptOf('a b c'), outputs: textAnswer('c b a ', 3, 3) }]

describe('models of engines', () => {
  let dir: string
  let content: ContentStore
  let pool: WorkerPool
  let own: ModelCache
  let server: TextServer
  const open: { close(): Promise<void> }[] = []

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-engines-'))
    content = await openFsStore({ dir: join(dir, 'content') })
    pool = createWorkerPool({ size: 1, memoryLimitBytes: 2 ** 31, timeoutMs: 20_000, logger: silentLogger })
    own = await createModelCache({
      dir: join(dir, 'models'),
      maxBytes: 2 ** 30,
      content,
      pool,
      logger: silentLogger,
    })
    server = await startTextServer()
  })
  afterEach(async () => {
    server.options = {}
    for (const engines of open.splice(0)) await engines.close()
  })
  after(async () => {
    await server.close()
    await own.close()
    await pool.close()
    await content.close()
    await rm(dir, { recursive: true })
  })

  const serve = (config: Partial<EngineConfig>) => {
    const engines = createEngines(
      [{ kind: 'openai', url: server.url, model: 'tiny', ...config }],
      () => undefined,
    )
    open.push(engines)
    const models = createEngineModels({ engines, cache: own, content, logger: silentLogger })
    const runner = createEngineRunner(pool, models)
    const signal = AbortSignal.timeout(10_000)
    const run = (modelKey: string, inputs: TensorSet.TensorSet) =>
      runner.run({ model: { key: modelKey, dir: '', entry: '' }, inputs, signal })
    return { models, run, signal }
  }

  it('is ready by its key once the golden vectors are met, without its files', async () => {
    const { manifest, modelKey } = await publishTextModel({ name: 'words', publisher, content, golden })
    const { models, run } = serve({ modelKey })
    const ready = await models.cache.ensure(modelKey)
    assert.deepEqual([ready.engine, ready.bytes, ready.manifest], ['openai', 0, manifest])
    const { outputs, usage, runtime, executionProvider, sandbox } = await run(modelKey, promptOf('x y'))
    assert.deepEqual(outputs, textAnswer('y x ', 2, 2))
    assert.deepEqual(usage, { promptTokens: 2, completionTokens: 2, source: 'server' })
    assert.deepEqual([runtime, executionProvider, sandbox], ['vllm 0.0.1 (tiny)', 'openai', 'engine'])
    assert.ok(models.cache.list().some((model) => model.modelKey === modelKey))
  })

  it('is found by the name in the manifest, and by its publisher where one is given', async () => {
    const { modelKey } = await publishTextModel({ name: 'named', publisher, content })
    assert.equal((await serve({ name: 'named' }).models.cache.ensure(modelKey)).engine, 'openai')
    assert.equal((await serve({ name: 'named', publisher }).models.cache.ensure(modelKey)).engine, 'openai')
    const theirs = serve({ name: 'named', publisher: other }).models.cache.ensure(modelKey)
    await assert.rejects(theirs, { code: 'ENGINE_MISSING' })
  })

  it('is not served when the engine says something else than the publisher', async () => {
    const wrong = [{ inputs: promptOf('a b c'), outputs: textAnswer('a b c ', 3, 3) }]
    const { modelKey } = await publishTextModel({ name: 'wrong', publisher, content, golden: wrong })
    await assert.rejects(serve({ modelKey }).models.cache.ensure(modelKey), {
      code: 'BACKEND_GOLDEN_MISMATCH',
      details: /golden vector 0: "text" is not equal/,
    })
  })

  it('is not served on golden vectors that chance decides', async () => {
    const hot = [{ inputs: promptOf('a', 0.7), outputs: textAnswer('a ', 1, 1) }]
    const { modelKey } = await publishTextModel({ name: 'hot', publisher, content, golden: hot })
    await assert.rejects(serve({ modelKey }).models.cache.ensure(modelKey), {
      code: 'BACKEND_GOLDEN_MISMATCH',
      details: /temperature is not 0/,
    })
  })

  it('is not ready while the engine is away, and is checked anew when it went away', async () => {
    const { modelKey } = await publishTextModel({ name: 'away', publisher, content, golden })
    const { models, run, signal } = serve({ modelKey })
    server.options = { answer: (response) => response.destroy() }
    await assert.rejects(models.cache.ensure(modelKey), { code: 'BACKEND_UNAVAILABLE' })
    server.options = {}
    await models.cache.ensure(modelKey)
    assert.deepEqual(await models.dropUnready(signal), [])
    server.options = { models: ['another'] }
    const [dropped] = await models.dropUnready(signal)
    assert.equal(dropped?.modelKey, modelKey)
    assert.match(dropped?.reason ?? '', /^BACKEND_UNAVAILABLE: its engine is not ready$/)
    await assert.rejects(run(modelKey, promptOf('q')), { code: 'BACKEND_REFUSED' })
    server.options = {}
    const asked = server.calls.length
    await models.cache.ensure(modelKey)
    assert.equal(server.calls.length, asked + 1)
    assert.deepEqual((await run(modelKey, promptOf('q'))).outputs, textAnswer('q ', 1, 1))
  })

  it('gives no answer that is larger than the manifest allows', async () => {
    const { modelKey } = await publishTextModel({ name: 'long', publisher, content })
    const { models, run } = serve({ modelKey })
    await models.cache.ensure(modelKey)
    server.options = { tokens: ['x'.repeat(70_000)] }
    await assert.rejects(run(modelKey, promptOf('a')), { code: 'OUTPUT_TOO_LARGE' })
  })

  it('says which engine is missing before it fetches weights that nothing here can run', async () => {
    const { modelKey } = await publishTextModel({ name: 'alone', publisher, content })
    await assert.rejects(serve({ name: 'another' }).models.cache.ensure(modelKey), {
      code: 'ENGINE_MISSING',
      message: /format "gguf"/,
    })
  })

  it('refuses an engine of another interface', async () => {
    const { modelKey } = await publishTextModel({ name: 'text', publisher, content })
    const inference = await startInferenceServer()
    const { models } = serve({ modelKey, kind: 'oip', url: inference.httpUrl, model: 'echo' })
    await assert.rejects(models.cache.ensure(modelKey), {
      code: 'BACKEND_INTERFACE_MISMATCH',
      message: /no input "prompt", only x/,
    })
    await inference.close()
  })
})
