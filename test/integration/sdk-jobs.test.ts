import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import {
  createMemoryJobStore,
  deprecateModel,
  getChainTime,
  getEscrowAccount,
  getJob,
  getUsdcBalance,
  type JobStep,
  ModelManifest,
  type RunJobParameters,
  registerModel,
  runJob,
  verifyReceipt,
  type Writer,
  waitForTransaction,
} from '@dim/sdk'
import { type LocalAccount, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { startChain, type TestChain } from '../support/chain.ts'
import { doublerManifest, numbersOf, vector } from '../support/doubler.ts'
import { type ScriptedProvider, startScriptedProvider } from '../support/scriptedProvider.ts'

const terms = { floorUsdc: 1_000n, royaltyBps: 500, policy: 'public' } as const

const fresh = () => privateKeyToAccount(generatePrivateKey())

describe('runJob', () => {
  let chain: TestChain
  let provider: ScriptedProvider
  let client: Writer

  before(async () => {
    chain = await startChain()
  })
  after(() => chain.close())

  beforeEach(async () => {
    const account = fresh()
    await chain.fund(account.address, { usdc: 200_000_000n, wei: parseEther('10') })
    provider = await startScriptedProvider(chain, { account })
    const payer = fresh()
    await chain.fund(payer.address, { usdc: 1_000_000n, wei: 0n })
    client = chain.writer(payer)
  })
  afterEach(() => provider.stop())

  const run = (options: Partial<RunJobParameters> = {}) =>
    runJob(client, {
      store: createMemoryJobStore(),
      manifest: provider.manifest,
      inputs: vector(1, 2.5, -3),
      maxPriceUsdc: 3_000n,
      provider: provider.account.address,
      pollingIntervalMs: 10,
      timeoutMs: 20_000,
      ...options,
    } as RunJobParameters)

  const balance = () => getUsdcBalance(chain.reader, { account: client.account.address })
  const available = async () =>
    (await getEscrowAccount(chain.reader, { account: client.account.address })).availableUsdc

  describe('with an honest provider', () => {
    it('delivers verified outputs for what the provider charges, without gas of the client', async () => {
      provider.script.chargedUsdc = 1_500n
      const outcome = await run()
      assert.deepEqual(numbersOf(outcome.outputs), [2, 5, -6])
      assert.equal(outcome.chargedUsdc, 1_500n)
      assert.equal(outcome.refundedUsdc, 500n)
      assert.equal(await balance(), 998_000n)
      assert.equal(await available(), 500n)
      assert.equal((await getJob(chain.reader, outcome)).status, 'paid')
      assert.deepEqual(provider.failures, [])
    })

    it('reports each step once, in order', async () => {
      const steps: JobStep[] = []
      await run({ onProgress: ({ step }) => steps.push(step) })
      assert.deepEqual(steps, [
        'chosen',
        'quoted',
        'pushed',
        'stored',
        'signed',
        'submitted',
        'opened',
        'result',
        'fetched',
        'verified',
        'accepted',
        'paid',
      ])
    })

    it('pushes the input and stores the key before anything is signed', async () => {
      const store = createMemoryJobStore()
      let stored = 0
      await run({
        store,
        onProgress: async ({ step }) => {
          if (step === 'stored') stored = (await store.list()).length
          if (step === 'pushed') assert.equal(provider.calls.includes('POST /api/inference/submit'), false)
        },
      })
      assert.equal(stored, 1)
    })

    it('gives a receipt that holds offline and on chain', async () => {
      const { receipt, receiptSignature: signature, receiptSigner, details } = await run()
      const { deployment } = chain
      const offline = await verifyReceipt({
        receipt,
        signature,
        deployment,
        serviceKey: receiptSigner,
        details,
      })
      assert.equal(offline.signer, provider.serviceAccount.address)
      const online = await verifyReceipt({ receipt, signature, deployment, client: chain.reader })
      assert.equal(online.job?.paid !== undefined, true)
    })

    it('sends inputs of several blocks', async () => {
      const chunked = await run({ inputs: bigVector(400_000) })
      assert.equal(numbersOf(chunked.outputs).at(-1), 2 * (399_999 % 1_000))
    })

    it('leaves everything in the open for a public job', async () => {
      const { outputs } = await run({ privacy: 'public' })
      assert.deepEqual(numbersOf(outputs), [2, 5, -6])
    })

    it('fetches the manifest when only the key is given', async () => {
      const { outputs } = await run({ manifest: undefined, modelKey: provider.modelKey } as never)
      assert.deepEqual(numbersOf(outputs), [2, 5, -6])
    })

    it('signs no payment that outlives the time in which the job can be delivered', async () => {
      provider.script.quote = (quote) => ({ ...quote, expiresAt: quote.expiresAt + 10 ** 6 })
      const signed: number[] = []
      await run({
        maxSecondsToSubmit: 120,
        onProgress: ({ step, detail }) => step === 'signed' && signed.push(detail.validBefore),
      })
      assert.ok((signed[0] ?? Number.POSITIVE_INFINITY) <= (await getChainTime(chain.reader)) + 120)
    })

    it('has a check of the caller run before it accepts', async () => {
      const error = { code: 'RESULT_REJECTED' }
      await assert.rejects(run({ verify: () => ({ refused: 'not what I got' }) }), error)
      assert.equal(provider.calls.includes('POST /api/accept'), false)
      assert.equal((await run({ verify: async () => true as const })).chargedUsdc, 2_000n)
    })
  })

  describe('before the signature', () => {
    afterEach(async () => {
      assert.equal(await balance(), 1_000_000n)
      assert.equal(provider.calls.includes('POST /api/inference/submit'), false)
    })

    it('refuses a price above the limit', () =>
      assert.rejects(run({ maxPriceUsdc: 1_999n }), { code: 'PRICE_ABOVE_LIMIT', priceUsdc: 2_000n }))

    it('refuses a quote above the limit that the ask did not show', () => {
      provider.script.quote = (quote) => ({ ...quote, price: 3_001n })
      return assert.rejects(run(), { code: 'PRICE_ABOVE_LIMIT' })
    })

    it('refuses terms that differ from the chain', async () => {
      for (const change of [{ floor: 0n }, { feeBps: 0 }, { royaltyBps: 0 }]) {
        provider.script.quote = (quote) => ({ ...quote, ...change })
        await assert.rejects(run(), { code: 'QUOTE_MISMATCH', field: Object.keys(change)[0] })
      }
    })

    it('refuses a quote that would bind the money for long', () => {
      provider.script.quote = (quote) => ({ ...quote, secondsToSubmit: 3_601 })
      return assert.rejects(run(), { code: 'QUOTE_MISMATCH', field: 'secondsToSubmit' })
    })

    it('refuses a quote that another key signed', () => {
      provider.script.quoteSigner = fresh()
      return assert.rejects(run(), { code: 'SIGNATURE_INVALID' })
    })

    it('refuses a quote that has expired', () => {
      provider.script.quote = (quote) => ({ ...quote, expiresAt: quote.expiresAt - 61 })
      return assert.rejects(run(), { code: 'QUOTE_EXPIRED' })
    })

    it('refuses when there is too little money', async () => {
      provider.script.askUsdc = 999_001n
      await assert.rejects(run({ maxPriceUsdc: 2_000_000n }), {
        code: 'INSUFFICIENT_FUNDS',
        requiredUsdc: 1_000_001n,
        availableUsdc: 1_000_000n,
      })
    })

    it('refuses inputs that do not fit the model', async () => {
      await assert.rejects(run({ inputs: {} }), { code: 'INPUT_MISMATCH' })
      const { x } = vector(1)
      await assert.rejects(run({ inputs: { x: x as never, z: x as never } }), { code: 'INPUT_MISMATCH' })
    })

    it('refuses a manifest that is not that of the key', () =>
      assert.rejects(run({ modelKey: `0x${'12'.repeat(32)}` }), { code: 'MODEL_MANIFEST_INVALID' }))

    it('refuses a key that a stranger registered first', async () => {
      const publisher = fresh().address
      const manifest = doublerManifest({ publisher })
      const modelKey = ModelManifest.key(manifest)
      const hash = await registerModel(provider.writer, { modelKey, ...terms })
      await waitForTransaction(provider.writer, { hash })
      Object.assign(provider, { manifest, modelKey })
      await assert.rejects(run({ manifest }), { code: 'PUBLISHER_MISMATCH' })
    })

    it('refuses a model that takes no jobs', async () => {
      const hash = await deprecateModel(provider.writer, { modelKey: provider.modelKey })
      await waitForTransaction(provider.writer, { hash })
      await assert.rejects(run(), { code: 'MODEL_UNAVAILABLE' })
    })

    it('refuses a provider that was never announced', () =>
      assert.rejects(run({ provider: fresh().address }), { code: 'PROVIDER_UNTRUSTED' }))

    it('says that the named provider does not answer', async () => {
      await provider.stop()
      await assert.rejects(run(), { code: 'HTTP_UNREACHABLE' })
    })

    it('says why nobody is eligible', async () => {
      await provider.announce({ version: 2n, expiresAt: Number((await chain.test.getBlock()).timestamp) + 2 })
      await chain.passTime(5)
      await assert.rejects(
        run({ provider: undefined }),
        (error: { code: string; refusals: { code: string }[] }) => {
          assert.equal(error.code, 'NO_ELIGIBLE_PROVIDER')
          assert.equal(
            error.refusals.some(({ code }) => code === 'PROVIDER_RECORD_EXPIRED'),
            true,
          )
          return true
        },
      )
    })

    it('gives up at once when the caller aborts, free of charge', async () => {
      const controller = new AbortController()
      const onProgress = ({ step }: { step: JobStep }) => step === 'stored' && controller.abort()
      await assert.rejects(run({ signal: controller.signal, onProgress }), { code: 'JOB_ABORTED' })
      await assert.rejects(run({ signal: AbortSignal.abort() }), { code: 'JOB_ABORTED' })
    })
  })

  describe('with several providers', () => {
    it('takes the cheapest that answers and keeps its word', async () => {
      const others: ScriptedProvider[] = []
      for (const [index, askUsdc] of [100n, 200n, 500n].entries()) {
        const account = chain.accounts[index + 3] as LocalAccount
        const { manifest } = provider
        others.push(await startScriptedProvider(chain, { account, manifest, script: { askUsdc } }))
      }
      const [liar, broken, good] = others as [ScriptedProvider, ScriptedProvider, ScriptedProvider]
      liar.script.quote = (quote) => ({ ...quote, price: 2_900n })
      await broken.stop()
      try {
        let refused: readonly { code: string }[] = []
        const outcome = await run({
          provider: undefined,
          onProgress: (progress) => {
            if (progress.step === 'chosen') refused = progress.detail.refused
          },
        })
        assert.equal(outcome.receipt.provider, good.account.address)
        assert.equal(outcome.chargedUsdc, 1_500n)
        assert.equal(
          refused.some(({ code }) => code === 'HTTP_UNREACHABLE'),
          true,
        )
        assert.equal(
          refused.some(({ code }) => code === 'PRICE_ABOVE_LIMIT'),
          true,
        )
      } finally {
        await Promise.all([liar.stop(), good.stop()])
      }
    })
  })
})

const bigVector = (length: number) => vectorOf(Float32Array.from({ length }, (_, i) => i % 1_000))
const vectorOf = (values: Float32Array) => ({
  x: { dtype: 'float32' as const, dims: [values.length], data: new Uint8Array(values.buffer) },
})
