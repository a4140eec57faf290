import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import {
  createMemoryJobStore,
  getEscrowAccount,
  getUsdcBalance,
  type JobStep,
  type RunJobParameters,
  runJob,
  TensorSet,
  type Writer,
} from '@dim/sdk'
import { parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { startChain, type TestChain } from '../support/chain.ts'
import { numbersOf, vector } from '../support/doubler.ts'
import { type ScriptedProvider, startScriptedProvider } from '../support/scriptedProvider.ts'

const fresh = () => privateKeyToAccount(generatePrivateKey())

describe('runJob after the signature', () => {
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
    await payer({ hasGas: false })
  })
  afterEach(() => provider.stop())

  async function payer({ hasGas }: { hasGas: boolean }) {
    const account = fresh()
    await chain.fund(account.address, { usdc: 1_000_000n, wei: hasGas ? parseEther('1') : 0n })
    client = chain.writer(account)
  }

  const run = (options: Partial<RunJobParameters> = {}) =>
    runJob(client, {
      store: createMemoryJobStore(),
      manifest: provider.manifest,
      inputs: vector(1, 2),
      maxPriceUsdc: 3_000n,
      provider: provider.account.address,
      pollingIntervalMs: 5,
      timeoutMs: 20_000,
      ...options,
    } as RunJobParameters)

  const money = async () => ({
    wallet: await getUsdcBalance(chain.reader, { account: client.account.address }),
    escrow: (await getEscrowAccount(chain.reader, { account: client.account.address })).availableUsdc,
  })

  /** Runs a callback when the flow comes to a step. */
  const at = (step: JobStep, act: () => void) => ({
    onProgress: (progress: { step: JobStep }) => {
      if (progress.step === step) act()
    },
  })

  describe('given a dishonest result, which is never accepted', () => {
    afterEach(() => assert.equal(provider.calls.includes('POST /api/accept'), false))

    it('catches a block that was changed on its way', async () => {
      provider.script.tamper = (bytes) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))
      await assert.rejects(run(), { code: 'BLOCK_TAMPERED' })
    })

    it('catches outputs other than those committed to', async () => {
      provider.script.swapOutputs = () => ({
        y: TensorSet.fromTyped('float32', new Float32Array([2, 5]), [2]),
      })
      await assert.rejects(run(), { code: 'RESULT_COMMIT_MISMATCH' })
    })

    it('catches each field of a receipt that is not of this job', async () => {
      for (const change of [{ charged: 1n }, { requestHash: `0x${'22'.repeat(32)}` as const }, { seq: 1n }]) {
        provider.script.receipt = (receipt) => ({ ...receipt, ...change })
        await assert.rejects(run(), { code: 'RECEIPT_INVALID', field: Object.keys(change)[0] })
      }
    })

    it('catches a receipt that a stranger signed', async () => {
      provider.script.receiptSigner = fresh()
      await assert.rejects(run(), { code: 'RECEIPT_INVALID', field: 'signature' })
    })

    it('catches outputs that do not fit the manifest', async () => {
      provider.script.outputs = () => ({ z: TensorSet.fromTyped('float32', new Float32Array([2]), [1]) })
      await assert.rejects(run(), { code: 'OUTPUT_MISMATCH' })
      provider.script.outputs = () => ({ y: TensorSet.fromTyped('int32', new Int32Array([2]), [1]) })
      await assert.rejects(run(), { code: 'OUTPUT_MISMATCH' })
    })

    it('says that a result was sealed to somebody else', async () => {
      provider.script.replyKey = new Uint8Array(32).fill(9)
      await assert.rejects(run(), { code: 'RESULT_UNREADABLE' })
    })
  })

  describe('given a provider that does not deliver', () => {
    it('has the money back when it declines', async () => {
      provider.script.work = 'decline'
      await assert.rejects(run(), { code: 'JOB_DECLINED' })
      assert.deepEqual(await money(), { wallet: 998_000n, escrow: 2_000n })
    })

    it('takes the money back when it is silent', async () => {
      await payer({ hasGas: true })
      provider.script.work = 'silent'
      const jump = at('opened', () => void chain.passTime(121))
      await assert.rejects(
        run(jump),
        (error: { code: string; refunded: boolean; refundTransaction: unknown }) => {
          assert.equal(error.code, 'JOB_EXPIRED')
          assert.equal(error.refunded, true)
          assert.equal(typeof error.refundTransaction, 'string')
          return true
        },
      )
      assert.deepEqual(await money(), { wallet: 998_000n, escrow: 2_000n })
    })

    it('says that the money waits when the client cannot pay for the refund', async () => {
      provider.script.work = 'silent'
      const jump = at('opened', () => void chain.passTime(121))
      await assert.rejects(run(jump), { code: 'JOB_EXPIRED', refunded: false })
      assert.deepEqual(await money(), { wallet: 998_000n, escrow: 0n })
    })

    it('does not open a job that its provider refuses', async () => {
      provider.script.relay = 'refuse'
      await assert.rejects(run(), { code: 'JOB_NOT_OPENED' })
      assert.deepEqual(await money(), { wallet: 1_000_000n, escrow: 0n })
    })

    it('says that a job was not opened when nobody could', async () => {
      provider.script.relay = 'break'
      await assert.rejects(run(), { code: 'JOB_NOT_OPENED' })
      assert.deepEqual(await money(), { wallet: 1_000_000n, escrow: 0n })
    })

    it('waits for the result of one that goes away, and says how to go on', async () => {
      const gone = at('result', () => void provider.stop())
      await assert.rejects(run({ ...gone, pollingIntervalMs: 1 }), { code: 'RESULT_UNAVAILABLE' })
    })
  })

  describe('given a relay that fails', () => {
    it('opens the job by a transaction of the client’s own', async () => {
      await payer({ hasGas: true })
      for (const relay of ['break', 'silent'] as const) {
        provider.script.relay = relay
        provider.script.work = 'silent'
        const steps: unknown[] = []
        const controller = new AbortController()
        const onProgress: RunJobParameters['onProgress'] = ({ step, detail }) => {
          if (step === 'submitted') steps.push(detail.by)
          if (step === 'opened') controller.abort()
        }
        await assert.rejects(run({ onProgress, signal: controller.signal }), { code: 'JOB_DETACHED' })
        assert.equal(steps.at(-1), 'client')
      }
      assert.deepEqual(await money(), { wallet: 996_000n, escrow: 0n })
    })

    it('accepts by a transaction of the client’s own', async () => {
      await payer({ hasGas: true })
      provider.script.acceptance = 'break'
      const by: unknown[] = []
      const outcome = await run({
        onProgress: ({ step, detail }) => {
          if (step === 'accepted') by.push(detail.by)
        },
      })
      assert.deepEqual(numbersOf(outcome.outputs), [2, 4])
      assert.deepEqual(by, ['client'])
    })
  })

  describe('given a caller that gives up', () => {
    it('leaves the job running and says so', async () => {
      const controller = new AbortController()
      const abort = at('signed', () => controller.abort())
      const store = createMemoryJobStore()
      let jobId: `0x${string}` = '0x'
      await assert.rejects(
        run({ ...abort, store, signal: controller.signal }),
        (error: { code: string; jobId: `0x${string}` }) => {
          jobId = error.jobId
          return error.code === 'JOB_DETACHED'
        },
      )
      assert.equal((await store.get(jobId))?.authorization !== undefined, true)
    })

    it('stops waiting at the time limit', async () => {
      provider.script.work = 'silent'
      await assert.rejects(run({ timeoutMs: 1_500 }), { code: 'JOB_DETACHED' })
      assert.equal((await money()).wallet, 998_000n)
    })
  })
})
