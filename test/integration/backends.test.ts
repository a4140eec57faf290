import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import {
  type BaseError,
  createMemoryJobStore,
  getNodeInfo,
  registerModel,
  runJob,
  TensorSet,
  type Writer,
  waitForTransaction,
} from '@dim/sdk'
import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import {
  promptOf,
  publishTextModel,
  textAnswer,
} from '../../packages/node/src/backends/support/textManifest.ts'
import {
  sendEvent,
  startEvents,
  startTextServer,
  type TextServer,
} from '../../packages/node/src/backends/support/textServer.ts'
import { parseConfig } from '../../packages/node/src/config/parseConfig.ts'
import { openFsStore } from '../../packages/node/src/content/fsStore.ts'
import { createNode, type DimNode } from '../../packages/node/src/node.ts'
import { createLogger } from '../../packages/node/src/telemetry/logger.ts'
import { startChain, type TestChain } from '../support/chain.ts'
import { createProviderHome, PASSWORD, type ProviderHome } from '../support/providerNode.ts'
import { until } from '../support/until.ts'

const KEY = 'sk-a-key-that-nobody-may-see'

describe('a provider whose model runs at an engine', () => {
  let chain: TestChain
  let home: ProviderHome
  let engine: TextServer
  let node: DimNode
  let client: Writer
  let modelKey: Hex
  const logged: string[] = []

  before(async () => {
    chain = await startChain()
    home = await createProviderHome(chain)
    engine = await startTextServer()
    modelKey = await publish()
    node = await open()
    const account = privateKeyToAccount(generatePrivateKey())
    await chain.fund(account.address, { usdc: 1_000_000n, wei: 0n })
    client = chain.writer(account)
  })
  afterEach(() => {
    engine.options = {}
  })
  after(async () => {
    await node?.stop()
    await engine?.close()
    await chain?.close()
    await home?.remove()
  })

  const publish = async () => {
    const content = await openFsStore({ dir: join(home.dir, 'content') })
    const golden = [{ inputs: promptOf('one two'), outputs: textAnswer('two one ', 2, 2) }]
    const publisher = home.account.address
    const published = await publishTextModel({ name: 'backwards', publisher, content, golden })
    await content.close()
    const owner = chain.writer(home.account)
    const terms = { floorUsdc: 1_000n, royaltyBps: 0, policy: 'public' } as const
    await waitForTransaction(owner, {
      hash: await registerModel(owner, { modelKey: published.modelKey, ...terms }),
    })
    return published.modelKey
  }
  const open = async () => {
    const content = JSON.parse(await readFile(home.configFile, 'utf8')) as Record<
      string,
      Record<string, unknown>
    >
    const models = { ...content.models, serve: [{ modelKey, askUsdc: '0.001' }] }
    const backend = { name: 'backwards', publisher: home.account.address, apiKeyEnv: 'ENGINE_KEY' }
    const backends = [{ ...backend, kind: 'openai', url: `${engine.url}/v1`, model: 'tiny' }]
    const file = { path: home.configFile, content: { ...content, models, backends } }
    const { config } = parseConfig({ home: home.dir, environment: { ENGINE_KEY: KEY }, file })
    const stream = { write: (line: string) => void logged.push(line) }
    const logger = createLogger({ level: 'trace', format: 'json', stream })
    const opened = await createNode(config, { logger, password: async () => PASSWORD })
    await opened.start()
    await opened.ready(AbortSignal.timeout(60_000))
    return opened
  }
  const ask = (prompt: string) =>
    runJob(client, {
      store: createMemoryJobStore(),
      modelKey,
      inputs: promptOf(prompt),
      maxPriceUsdc: 3_000n,
      provider: home.account.address,
      pollingIntervalMs: 20,
      timeoutMs: 60_000,
    })
  const textOf = (outputs: TensorSet.TensorSet) =>
    TensorSet.toTyped({ ...(outputs.text as TensorSet.Tensor), dtype: 'string' })[0]

  it('offers the model as one of that engine', async () => {
    const { models } = await getNodeInfo(node.status().endpoint)
    const offered = models.find((model) => model.modelKey === modelKey)
    assert.deepEqual(
      [offered?.name, offered?.state, offered?.executionProvider],
      ['backwards', 'warm', 'openai'],
    )
  })

  it('runs a paid job there; the receipt tells engine, version and tokens', async () => {
    const { outputs, receipt, details } = await ask('the quick brown fox')
    assert.equal(textOf(outputs), 'fox brown quick the ')
    assert.deepEqual([receipt.tokensIn, receipt.tokensOut], [4n, 4n])
    assert.deepEqual(details.usage, { promptTokens: 4, completionTokens: 4, source: 'server' })
    assert.deepEqual(
      [details.runtime, details.executionProvider, details.sandbox],
      ['vllm 0.0.1 (tiny)', 'openai', 'engine'],
    )
    const call = engine.calls.at(-1)
    assert.equal(call?.headers.authorization, `Bearer ${KEY}`)
  })

  it('runs the job again when the engine dies in mid-stream', async () => {
    let deaths = 0
    engine.options = {
      answer(response) {
        deaths += 1
        engine.options = {}
        startEvents(response)
        sendEvent(response, { choices: [{ text: 'half a ' }] })
        setImmediate(() => response.destroy())
      },
    }
    const { outputs } = await ask('still alive')
    assert.equal(textOf(outputs), 'alive still ')
    assert.equal(deaths, 1)
    assert.ok(logged.some((line) => line.includes('BACKEND_DIED_MID_STREAM')))
  })

  it('gives the money back with the code when the engine goes on dying, and serves the next', async () => {
    engine.options = {
      answer(response) {
        startEvents(response)
        sendEvent(response, { choices: [{ text: 'half a ' }] })
        setImmediate(() => response.destroy())
      },
    }
    const failed = await ask('never').then(
      () => assert.fail('the job was answered'),
      (error: BaseError) => error,
    )
    assert.equal(failed.code, 'JOB_DECLINED')
    engine.options = {}
    const { outputs } = await ask('next please')
    assert.equal(textOf(outputs), 'please next ')
    assert.ok(
      logged.some((line) => line.includes('"stage":"declining"') && line.includes('BACKEND_DIED_MID_STREAM')),
    )
  })

  it('takes the model out of service while the engine is away, and back when it is there', async () => {
    engine.options = { models: [] }
    const stateOf = async () => node.status().models.find((model) => model.modelKey === modelKey)?.state
    await until(async () => (await stateOf()) === 'failed', 40_000)
    engine.options = {}
    await until(async () => (await stateOf()) === 'warm', 40_000)
  })

  it('wrote the key of the engine nowhere', () => {
    assert.ok(logged.length > 0)
    assert.ok(!logged.some((line) => line.includes(KEY)))
  })
})
