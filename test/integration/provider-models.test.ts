import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  createMemoryJobStore,
  deprecateModel,
  getNodeInfo,
  registerModel,
  requestQuote,
  runJob,
  type Writer,
  waitForTransaction,
} from '@dim/sdk'
import { bytesToHex, type Hex, type LocalAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { uploadModel } from '../../packages/node/src/cli/model/uploadModel.ts'
import type { ContentStore } from '../../packages/node/src/content/contentStore.ts'
import { openFsStore } from '../../packages/node/src/content/fsStore.ts'
import { buildManifest } from '../../packages/node/src/models/publish.ts'
import type { DimNode } from '../../packages/node/src/node.ts'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import { startChain, type TestChain } from '../support/chain.ts'
import { numbersOf, vector } from '../support/doubler.ts'
import { createProviderHome, type ProviderHome } from '../support/providerNode.ts'
import { doublerOnnx } from '../support/testModel.ts'
import { until } from '../support/until.ts'

describe('a provider that serves whatever is registered', () => {
  let chain: TestChain
  let home: ProviderHome
  let node: DimNode
  let owner: Writer
  let endpoint: string
  let dir: string
  let content: ContentStore

  before(async () => {
    chain = await startChain()
    const models = { serve: [], serveAll: true, serveAllAskUsdc: '0.0005', maxUploadGb: 1 }
    home = await createProviderHome(chain, { config: { models } })
    node = await home.open()
    endpoint = node.status().endpoint
    const account = privateKeyToAccount(generatePrivateKey())
    await chain.fund(account.address, { usdc: 1_000_000n })
    owner = chain.writer(account)
    dir = await mkdtemp(join(tmpdir(), 'dim-publish-'))
    content = await openFsStore({ dir: join(dir, 'content') })
  })
  after(async () => {
    await node?.stop()
    await content?.close()
    await chain?.close()
    await home?.remove()
    await rm(dir, { recursive: true, force: true })
  })

  const publish = async (name: string) => {
    const onnxPath = join(dir, 'model.onnx')
    await writeFile(onnxPath, doublerOnnx())
    const pool = createWorkerPool({
      size: 1,
      memoryLimitBytes: 2 ** 31,
      timeoutMs: 20_000,
      logger: silentLogger,
    })
    const salt = bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
    const options = { name, version: '1.0.0', publisher: owner.account.address, salt }
    try {
      return await buildManifest({ onnxPath, options, content, pool })
    } finally {
      await pool.close()
    }
  }
  const upload = (roots: readonly string[]) =>
    uploadModel(endpoint, {
      content,
      roots,
      onProgress: () => undefined,
      signal: AbortSignal.timeout(20_000),
    })
  const isWarm = async (modelKey: Hex) => {
    const { models } = await getNodeInfo(endpoint)
    return models.some((model) => model.modelKey === modelKey && model.state === 'warm')
  }

  it('finds the models that are registered already', async () => {
    await until(() => isWarm(home.modelKey))
  })

  it('serves a model that is uploaded and registered while it runs', async () => {
    const { modelKey, cids } = await publish('uploaded')
    await upload(cids)
    const terms = { floorUsdc: 700n, royaltyBps: 0, policy: 'public' } as const
    await waitForTransaction(owner, { hash: await registerModel(owner, { modelKey, ...terms }) })
    await until(() => isWarm(modelKey))
    const outcome = await runJob(owner, {
      store: createMemoryJobStore(),
      modelKey,
      inputs: vector(21),
      maxPriceUsdc: 2_000n,
      pollingIntervalMs: 20,
      timeoutMs: 30_000,
    })
    assert.deepEqual(numbersOf(outcome.outputs), [42])
    assert.equal(outcome.chargedUsdc, 1_200n)
  })

  it('serves no model that a stranger registered before its publisher', async () => {
    const { modelKey, cids } = await publish('taken')
    await upload(cids)
    const thief = chain.writer(chain.accounts[6] as LocalAccount)
    const terms = { floorUsdc: 0n, royaltyBps: 3_000, policy: 'public' } as const
    await waitForTransaction(thief, { hash: await registerModel(thief, { modelKey, ...terms }) })
    const { reason } = await until(async () => {
      const answer = await fetch(`${endpoint}/api/models`)
      const { models } = (await answer.json()) as {
        models: { modelKey: Hex; state: string; reason?: string }[]
      }
      return models.find((model) => model.modelKey === modelKey && model.state === 'failed')
    })
    assert.match(reason ?? '', /names .* as its publisher/)
    const request = { client: owner.account.address, modelKey, inputBytes: 100 }
    await assert.rejects(requestQuote(endpoint, request), { code: 'MODEL_NOT_READY' })
  })

  it('gives no quote for a deprecated model', async () => {
    const { modelKey, cids } = await publish('old')
    await upload(cids)
    const terms = { floorUsdc: 0n, royaltyBps: 0, policy: 'public' } as const
    await waitForTransaction(owner, { hash: await registerModel(owner, { modelKey, ...terms }) })
    await until(() => isWarm(modelKey))
    await waitForTransaction(owner, { hash: await deprecateModel(owner, { modelKey }) })
    const request = { client: owner.account.address, modelKey, inputBytes: 100 }
    await assert.rejects(requestQuote(endpoint, request), { code: 'MODEL_NOT_ACTIVE' })
  })
})

describe('a provider with too little stake', () => {
  let chain: TestChain
  let home: ProviderHome

  before(async () => {
    chain = await startChain()
    home = await createProviderHome(chain, { stakeUsdc: 0n })
  })
  after(async () => {
    await chain?.close()
    await home?.remove()
  })

  it('starts, says why it is not ready and gives no quote', async () => {
    const node = await home.open({ waitMs: 0 })
    try {
      const { endpoint } = node.status()
      const answer = await until(async () => {
        const { models, reasons } = node.status()
        const isLoaded = models.every(({ state }) => state === 'warm')
        const isKnown = reasons.length === 1 && reasons[0]?.code === 'STAKE_TOO_SMALL'
        return isLoaded && isKnown && (await fetch(`${endpoint}/readyz`))
      })
      assert.equal(answer.status, 503)
      const { reasons } = (await answer.json()) as { reasons: string[] }
      assert.match(reasons[0] ?? '', /^STAKE_TOO_SMALL: .*stake add/)
      const client = (chain.accounts[1] as { address: `0x${string}` }).address
      const request = { client, modelKey: home.modelKey, inputBytes: 100 }
      await assert.rejects(requestQuote(endpoint, request), { code: 'PROVIDER_NOT_STAKED' })
    } finally {
      await node.stop()
    }
  })
})
