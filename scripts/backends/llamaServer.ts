import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TensorSet } from '@dim/sdk'
import { createEngineModels } from '../../packages/node/src/backends/engineModels.ts'
import { createEngineRunner } from '../../packages/node/src/backends/engineRunner.ts'
import { createEngines } from '../../packages/node/src/backends/engines.ts'
import { openAiBackend } from '../../packages/node/src/backends/openai/openAiBackend.ts'
import {
  promptOf,
  publishTextModel,
  textAnswer,
} from '../../packages/node/src/backends/support/textManifest.ts'
import { openFsStore } from '../../packages/node/src/content/fsStore.ts'
import { createModelCache } from '../../packages/node/src/models/cache.ts'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import { type Check, type Counts, checkAll } from './checkAll.ts'
import { freePort, startServer } from './serverProcess.ts'

const KEY = 'sk-of-the-slow-test'
const writer = fileURLToPath(new URL('servers/alphabet.py', import.meta.url))
const publisher = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

const textOf = (outputs: TensorSet.TensorSet) =>
  TensorSet.toTyped({ ...(outputs.text as TensorSet.Tensor), dtype: 'string' })[0]

const messages = (content: string) => {
  const text = JSON.stringify([{ role: 'user', content }])
  return { messages: TensorSet.fromTyped('string', [text], [1]) }
}

type Place = { url: string; dir: string; gguf: string; kill: () => Promise<void> }

/** What an engine of OpenAI's protocol must do, against llama.cpp. */
function checks({ url, dir, gguf, kill }: Place): Check[] {
  const backend = openAiBackend({ url, apiKey: KEY, limits: { connectMs: 2_000 } })
  const ask = (prompt: string) => ({ model: 'alphabet', inputs: promptOf(prompt) })
  return [
    {
      name: 'is ready, names itself and lists its model',
      async run() {
        const health = await backend.health({ model: 'alphabet' })
        assert.match(
          health.state === 'ready' ? health.engine : health.reason,
          /^llama\.cpp Python API 0\.3\.36$/,
        )
        assert.deepEqual(await backend.listModels(), ['alphabet'])
      },
    },
    {
      name: 'completes a prompt, with its tokens counted by its own tokeniser',
      async run() {
        const { outputs, usage } = await backend.run({
          ...ask('abc'),
          outputs: ['text', 'usage', 'finish_reason'],
        })
        assert.equal(textOf(outputs), 'defghijklmnopqrstuvwxyz')
        assert.deepEqual(usage, { promptTokens: 4, completionTokens: 23, source: 'counted' })
        assert.equal(textOf({ text: outputs.finish_reason as TensorSet.Tensor }), 'stop')
      },
    },
    {
      name: 'chats',
      async run() {
        const { outputs } = await backend.run({ model: 'alphabet', inputs: messages('wx') })
        assert.equal(textOf(outputs), 'yz')
      },
    },
    {
      name: 'streams token by token',
      async run() {
        const pieces: string[] = []
        for await (const event of backend.stream(ask('uvw')))
          if (event.type === 'text') pieces.push(event.text)
        assert.deepEqual(pieces, ['x', 'y', 'z'])
      },
    },
    {
      // This server finds out when the answer has begun, and then breaks it off.
      name: 'breaks off at a prompt beyond its context: a code, and works on',
      async run() {
        await assert.rejects(backend.run(ask('a'.repeat(2_000))), { code: 'BACKEND_DIED_MID_STREAM' })
        assert.equal(textOf((await backend.run(ask('xy'))).outputs), 'z')
      },
    },
    {
      name: 'wants its key, and nobody sees which',
      async run() {
        const stranger = openAiBackend({ url, apiKey: 'sk-wrong' })
        await assert.rejects(stranger.run(ask('abc')), (error: Error) => {
          assert.match(String((error as Error & { code: string }).code), /^BACKEND_UNAUTHORIZED$/)
          return !JSON.stringify([error, error.message, error.stack]).includes('sk-wrong')
        })
        await stranger.close()
      },
    },
    {
      name: 'serves a manifest once its golden vectors are met, and no other',
      run: () => checkGolden({ url, dir, gguf }),
    },
    {
      name: 'is killed in mid-stream: a code, and unready after',
      async run() {
        const endless = {
          ...ask('0'),
          inputs: { ...promptOf('0'), max_tokens: TensorSet.fromNumbers('int64', [500], [1]) },
        }
        const told = (async () => {
          for await (const event of backend.stream(endless)) if (event.type === 'text') await kill()
        })()
        await assert.rejects(told, { code: 'BACKEND_DIED_MID_STREAM' })
        const health = await backend.health()
        assert.equal(health.state === 'unready' && health.code, 'BACKEND_UNAVAILABLE')
        await backend.close()
      },
    },
  ]
}

/** From a manifest to a run, with the real weights published and the engine holding them. */
async function checkGolden({ url, dir, gguf }: Omit<Place, 'kill'>): Promise<void> {
  const content = await openFsStore({ dir: join(dir, 'content') })
  const pool = createWorkerPool({
    size: 1,
    memoryLimitBytes: 2 ** 31,
    timeoutMs: 1_000,
    logger: silentLogger,
  })
  const stores = { dir: join(dir, 'models'), maxBytes: 2 ** 20, content, pool, logger: silentLogger }
  const cache = await createModelCache(stores)
  const config = { name: 'alphabet', kind: 'openai', url, model: 'alphabet', apiKeyEnv: 'KEY' } as const
  const engines = createEngines([config], () => KEY)
  try {
    const models = createEngineModels({ engines, cache, content, logger: silentLogger })
    const publish = (answer: string) => {
      const golden = [{ inputs: promptOf('xy'), outputs: textAnswer(answer, 3, 1) }]
      return publishTextModel({ name: 'alphabet', publisher, content, file: readFileSync(gguf), golden })
    }
    const [good, bad] = [await publish('z'), await publish('a')]
    await models.cache.ensure(good.modelKey)
    await assert.rejects(models.cache.ensure(bad.modelKey), { code: 'BACKEND_GOLDEN_MISMATCH' })
    const model = { key: good.modelKey, dir: '', entry: '' }
    const { outputs, runtime } = await createEngineRunner(pool, models).run({
      model,
      inputs: promptOf('pqrs'),
    })
    assert.deepEqual(outputs, textAnswer('tuvwxyz', 5, 7))
    assert.equal(runtime, 'llama.cpp Python API 0.3.36 (alphabet)')
  } finally {
    for (const part of [engines, cache, pool, content]) await part.close()
  }
}

/** Checks the engine of OpenAI's protocol against llama.cpp with a model that a script writes. */
export async function checkLlamaServer(program: (name: string) => string): Promise<Counts> {
  const dir = mkdtempSync(join(tmpdir(), 'dim-llama-'))
  try {
    const gguf = join(dir, 'alphabet.gguf')
    const { status, stderr } = spawnSync(program('python'), [writer, gguf], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    const port = await freePort()
    const url = `http://127.0.0.1:${port}/v1`
    const place = ['--host', '127.0.0.1', '--port', String(port), '--api_key', KEY]
    const server = await startServer({
      command: [
        program('python'),
        ...['-m', 'llama_cpp.server', '--model', gguf, '--model_alias', 'alphabet'],
        ...['--n_ctx', '512', '--n_threads', '1', ...place],
      ],
      env: {},
      isReady: async () => {
        const probe = openAiBackend({ url, apiKey: KEY })
        const health = await probe.health({ model: 'alphabet' })
        await probe.close()
        return health.state === 'ready'
      },
      withinMs: 60_000,
    })
    try {
      return await checkAll('llama.cpp (llama-cpp-python)', checks({ url, dir, gguf, kill: server.kill }))
    } finally {
      await server.kill()
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
