import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  type BaseError,
  createMemoryJobStore,
  getEscrowAccount,
  getInferenceStatus,
  getJob,
  getNodeInfo,
  getUsdcBalance,
  putBlock,
  refToCid,
  requestQuote,
  runJob,
  TensorSet,
  type Writer,
} from '@dim/sdk'
import { bytesToHex, sha256, zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { DimNode } from '../../packages/node/src/node.ts'
import { startChain, type TestChain } from '../support/chain.ts'
import { numbersOf, vector } from '../support/doubler.ts'
import { createProviderHome, type ProviderHome } from '../support/providerNode.ts'

const fresh = () => privateKeyToAccount(generatePrivateKey())
const code = (expected: string) => (error: unknown) => {
  assert.equal((error as BaseError).code, expected, String(error))
  return true
}

describe('a provider by HTTP', () => {
  let chain: TestChain
  let home: ProviderHome
  let node: DimNode
  let client: Writer
  let endpoint: string

  before(async () => {
    chain = await startChain()
    home = await createProviderHome(chain)
    node = await home.open()
    endpoint = node.status().endpoint
    const account = fresh()
    await chain.fund(account.address, { usdc: 1_000_000n, wei: 0n })
    client = chain.writer(account)
  })
  after(async () => {
    await node?.stop()
    await chain?.close()
    await home?.remove()
  })

  const quote = (inputBytes = 1_000) =>
    requestQuote(endpoint, { client: client.account.address, modelKey: home.modelKey, inputBytes })

  it('runs a whole job: sealed input, real model, verified result, paid', async () => {
    const before = await getUsdcBalance(chain.reader, { account: client.account.address })
    const outcome = await runJob(client, {
      store: createMemoryJobStore(),
      modelKey: home.modelKey,
      inputs: vector(1, 2.5, -3),
      maxPriceUsdc: 3_000n,
      provider: home.account.address,
      pollingIntervalMs: 20,
      timeoutMs: 30_000,
    })
    assert.deepEqual(numbersOf(outcome.outputs), [2, 5, -6])
    assert.equal(outcome.chargedUsdc, 2_000n)
    assert.equal((await getJob(chain.reader, outcome)).status, 'paid')
    const after = await getUsdcBalance(chain.reader, { account: client.account.address })
    assert.equal(before - after, 2_000n)
    const status = await getInferenceStatus(endpoint, { jobId: outcome.jobId })
    assert.equal(status.status, 'completed')
    assert.equal(status.chargedUsdc, 2_000n)
    assert.ok(status.transactions.open && status.transactions.submit && status.transactions.settle)
    const { availableUsdc } = await getEscrowAccount(chain.reader, { account: home.account.address })
    assert.ok(availableUsdc > 0n)
  })

  it('takes an input and gives a result of several blocks', async () => {
    const values = Float32Array.from({ length: 600_000 }, (_, index) => index % 1_000)
    const { outputs } = await runJob(client, {
      store: createMemoryJobStore(),
      modelKey: home.modelKey,
      inputs: { x: TensorSet.fromTyped('float32', values, [values.length]) },
      maxPriceUsdc: 3_000n,
      pollingIntervalMs: 20,
      timeoutMs: 60_000,
    })
    const doubled = numbersOf(outputs)
    assert.equal(doubled.length, values.length)
    assert.ok(values.every((value, index) => doubled[index] === 2 * value))
  })

  it('runs a public job without encryption', async () => {
    const outcome = await runJob(client, {
      store: createMemoryJobStore(),
      modelKey: home.modelKey,
      inputs: vector(8),
      maxPriceUsdc: 3_000n,
      privacy: 'public',
      pollingIntervalMs: 20,
      timeoutMs: 30_000,
    })
    assert.deepEqual(numbersOf(outcome.outputs), [16])
  })

  it('says who it is', async () => {
    const info = await getNodeInfo(endpoint)
    assert.equal(info.address, home.account.address)
    assert.equal(info.endpoint, endpoint)
    assert.deepEqual(
      info.models.map(({ modelKey, state, name }) => ({ modelKey, state, name })),
      [{ modelKey: home.modelKey, state: 'warm', name: 'doubler' }],
    )
  })

  it('declines a model it does not serve, and an input that is too large', async () => {
    const about = { client: client.account.address, inputBytes: 10 }
    await assert.rejects(requestQuote(endpoint, { ...about, modelKey: zeroHash }), code('MODEL_UNKNOWN'))
    await assert.rejects(quote(5 * 2 ** 20), code('INPUT_TOO_LARGE'))
  })

  it('refuses a tampered block', async () => {
    const { quote: given } = await quote()
    const cid = refToCid(sha256(new Uint8Array([1])))
    const tampered = { cid, bytes: new Uint8Array([2]), quoteNonce: given.nonce }
    await assert.rejects(putBlock(endpoint, tampered), code('BLOCK_HASH_MISMATCH'))
  })

  it('refuses more bytes than the quote allows', async () => {
    const { quote: given } = await quote(10)
    const bytes = new Uint8Array(given.maxInputBytes + 1)
    const block = { cid: refToCid(sha256(bytes)), bytes, quoteNonce: given.nonce }
    await assert.rejects(putBlock(endpoint, block), code('INPUT_TOO_LARGE'))
    const half = bytes.subarray(0, given.maxInputBytes - 10)
    await putBlock(endpoint, { cid: refToCid(sha256(half)), bytes: half, quoteNonce: given.nonce })
    const more = bytes.subarray(0, 11)
    const second = { cid: refToCid(sha256(more)), bytes: more, quoteNonce: given.nonce }
    await assert.rejects(putBlock(endpoint, second), code('INPUT_TOO_LARGE'))
    await putBlock(endpoint, { cid: refToCid(sha256(half)), bytes: half, quoteNonce: given.nonce })
  })

  it('takes no block without a live quote', async () => {
    const bytes = new Uint8Array([7])
    const cid = refToCid(sha256(bytes))
    const unknown = bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
    await assert.rejects(putBlock(endpoint, { cid, bytes, quoteNonce: unknown }), code('QUOTE_UNKNOWN'))
    const { quote: given } = await quote()
    await chain.passTime(given.expiresAt - Number((await chain.test.getBlock()).timestamp) + 1)
    await assert.rejects(putBlock(endpoint, { cid, bytes, quoteNonce: given.nonce }), code('QUOTE_EXPIRED'))
  })

  it('offers no input to anybody', async () => {
    const { quote: given } = await quote()
    const bytes = new Uint8Array([9, 9, 9])
    const cid = refToCid(sha256(bytes))
    await putBlock(endpoint, { cid, bytes, quoteNonce: given.nonce })
    const answer = await fetch(`${endpoint}/ipfs/${cid}?format=raw`)
    assert.equal(answer.status, 404)
    assert.equal(((await answer.json()) as { code: string }).code, 'BLOCK_NOT_FOUND')
  })

  it('offers the blocks of its model', async () => {
    const answer = await fetch(`${endpoint}/ipfs/${refToCid(home.modelKey)}?format=raw`)
    assert.equal(answer.status, 200)
    assert.equal(sha256(new Uint8Array(await answer.arrayBuffer())), home.modelKey)
  })

  it('counts what it did', async () => {
    const text = await (await fetch(`${endpoint}/metrics`)).text()
    assert.match(text, /dim_jobs_total\{[^}]*model="doubler"[^}]*outcome="paid"[^}]*\} 3/)
    assert.match(text, /dim_offers_total\{decision="declined",reason="MODEL_UNKNOWN"\} 1/)
  })
})
