import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  createMemoryJobStore,
  getEscrowAccount,
  getInferenceStatus,
  getJob,
  getNodeInfo,
  registerModel,
  runJob,
  type Writer,
  waitForTransaction,
} from '@dim/sdk'
import { bytesToHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { uploadModel } from '../../packages/node/src/cli/model/uploadModel.ts'
import type { ContentStore } from '../../packages/node/src/content/contentStore.ts'
import { openFsStore } from '../../packages/node/src/content/fsStore.ts'
import { buildManifest } from '../../packages/node/src/models/publish.ts'
import type { DimNode } from '../../packages/node/src/node.ts'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import { type Trojan, trojans } from '../hostile/trojans.ts'
import { startChain, type TestChain } from '../support/chain.ts'
import { numbersOf, vector } from '../support/doubler.ts'
import { createProviderHome, type ProviderHome } from '../support/providerNode.ts'
import { prepareRawJob } from '../support/rawJob.ts'
import { until } from '../support/until.ts'

const hasBubblewrap = existsSync('/usr/bin/bwrap') && existsSync('/usr/bin/setpriv')

describe(`a paid job of a hostile model, at level ${hasBubblewrap ? 'bubblewrap' : 'process'}`, () => {
  let chain: TestChain
  let home: ProviderHome
  let node: DimNode
  let client: Writer
  let endpoint: string
  let dir: string
  let content: ContentStore

  before(async () => {
    chain = await startChain()
    const models = { serveAll: true, serveAllAskUsdc: '0.0005', maxUploadGb: 1 }
    const sandbox = { level: hasBubblewrap ? 'bubblewrap' : 'process' }
    home = await createProviderHome(chain, { config: { models, sandbox } })
    node = await home.open()
    endpoint = node.status().endpoint
    const account = privateKeyToAccount(generatePrivateKey())
    await chain.fund(account.address, { usdc: 1_000_000n })
    client = chain.writer(account)
    dir = await mkdtemp(join(tmpdir(), 'dim-trojans-'))
    content = await openFsStore({ dir: join(dir, 'content') })
  })
  after(async () => {
    await node?.stop()
    await content?.close()
    await chain?.close()
    await home?.remove()
    await rm(dir, { recursive: true, force: true })
  })

  const publish = async ({ name, build, golden, maxOutputBytes }: Trojan): Promise<Hex> => {
    const onnxPath = join(dir, 'model.onnx')
    await writeFile(onnxPath, build())
    const limits = { size: 1, memoryLimitBytes: 2 ** 30, timeoutMs: 20_000, logger: silentLogger }
    const pool = createWorkerPool(limits)
    const options = {
      name: `trojan that ${name}`,
      version: '1.0.0',
      publisher: client.account.address,
      salt: bytesToHex(crypto.getRandomValues(new Uint8Array(32))),
      goldenInputs: [golden],
      maxima: { inputBytes: 1024, outputBytes: maxOutputBytes, runMs: 1500 },
    }
    try {
      const { modelKey, cids } = await buildManifest({ onnxPath, options, content, pool })
      const signal = AbortSignal.timeout(20_000)
      await uploadModel(endpoint, { content, roots: cids, onProgress: () => undefined, signal })
      const terms = { floorUsdc: 700n, royaltyBps: 0, policy: 'public' } as const
      await waitForTransaction(client, { hash: await registerModel(client, { modelKey, ...terms }) })
      return modelKey
    } finally {
      await pool.close()
    }
  }
  const isWarm = async (modelKey: Hex) => {
    const { models } = await getNodeInfo(endpoint)
    return models.some((model) => model.modelKey === modelKey && model.state === 'warm')
  }
  const available = async () =>
    (await getEscrowAccount(chain.reader, { account: client.account.address })).availableUsdc

  for (const trojan of trojans) {
    it(`that ${trojan.name} is declined with its reason, all money comes back, and the next job is served`, async () => {
      const modelKey = await publish(trojan)
      await until(() => isWarm(modelKey))
      const before = await available()
      const job = await prepareRawJob(client, { endpoint, modelKey, inputs: trojan.attack })
      await job.submit()
      await until(async () => (await getJob(chain.reader, { jobId: job.jobId })).status === 'refunded')
      const status = await until(async () => {
        const answer = await getInferenceStatus(endpoint, { jobId: job.jobId })
        return answer.transactions.refund !== undefined && answer
      })
      assert.equal(status.status, 'refunded')
      assert.equal(status.error?.code, trojan.code)
      assert.equal(status.refundedUsdc, job.params.price)
      assert.equal((await available()) - before, job.params.price)
      const next = await runJob(client, {
        store: createMemoryJobStore(),
        modelKey: home.modelKey,
        inputs: vector(21),
        maxPriceUsdc: 3_000n,
        pollingIntervalMs: 20,
        timeoutMs: 30_000,
      })
      assert.deepEqual(numbersOf(next.outputs), [42])
    })
  }

  it('runs where the receipts say', async () => {
    const level = hasBubblewrap ? /^bubblewrap sha256:[0-9a-f]{64}$/ : /^process/
    const outcome = await runJob(client, {
      store: createMemoryJobStore(),
      modelKey: home.modelKey,
      inputs: vector(1),
      maxPriceUsdc: 3_000n,
      pollingIntervalMs: 20,
      timeoutMs: 30_000,
    })
    assert.match(outcome.details.sandbox, level)
    assert.equal(outcome.details.sandbox, node.status().sandbox)
    assert.equal((await getNodeInfo(endpoint)).sandbox, node.status().sandbox)
  })
})
