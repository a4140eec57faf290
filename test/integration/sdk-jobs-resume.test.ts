import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import {
  type ClientJobStore,
  createMemoryJobStore,
  getEscrowAccount,
  getUsdcBalance,
  type JobStep,
  type RunJobParameters,
  resumeJob,
  runJob,
  type Writer,
} from '@dim/sdk'
import { type Hex, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { startChain, type TestChain } from '../support/chain.ts'
import { numbersOf, vector } from '../support/doubler.ts'
import { type ScriptedProvider, startScriptedProvider } from '../support/scriptedProvider.ts'

const fresh = () => privateKeyToAccount(generatePrivateKey())

/** Stands for the end of the process; no code of the SDK knows it. */
const crash = Symbol('crash')

describe('resumeJob', () => {
  let chain: TestChain
  let provider: ScriptedProvider
  let client: Writer
  let store: ClientJobStore

  before(async () => {
    chain = await startChain()
  })
  after(() => chain.close())

  beforeEach(async () => {
    const account = fresh()
    await chain.fund(account.address, { usdc: 200_000_000n, wei: parseEther('10') })
    provider = await startScriptedProvider(chain, { account, script: { chargedUsdc: 1_500n } })
    const payer = fresh()
    await chain.fund(payer.address, { usdc: 1_000_000n, wei: 0n })
    client = chain.writer(payer)
    store = createMemoryJobStore()
  })
  afterEach(() => provider.stop())

  const shared = { pollingIntervalMs: 5, timeoutMs: 20_000 }
  const run = (options: Partial<RunJobParameters> = {}) =>
    runJob(client, {
      ...shared,
      store,
      manifest: provider.manifest,
      inputs: vector(1, 2),
      maxPriceUsdc: 3_000n,
      provider: provider.account.address,
      ...options,
    } as RunJobParameters)

  /** Runs a job, ends it at a step as a crash would, and answers its id. */
  async function crashAt(step: JobStep): Promise<Hex> {
    const onProgress: RunJobParameters['onProgress'] = (progress) => {
      if (progress.step === step) throw crash
    }
    await assert.rejects(run({ onProgress }), (error) => error === crash)
    const [job] = await store.list()
    return job?.jobId ?? '0x'
  }

  const resume = (jobId: Hex) => resumeJob(client, { ...shared, store, jobId })

  async function assertPaidOnce() {
    const account = client.account.address
    assert.equal(await getUsdcBalance(chain.reader, { account }), 998_000n)
    assert.equal((await getEscrowAccount(chain.reader, { account })).availableUsdc, 500n)
  }

  const steps = [
    'stored',
    'signed',
    'submitted',
    'opened',
    'result',
    'fetched',
    'verified',
    'accepted',
    'paid',
  ] as const
  for (const step of steps) {
    it(`finishes a job that crashed after "${step}"`, async () => {
      const jobId = await crashAt(step)
      const outcome = await resume(jobId)
      assert.equal(outcome.jobId, jobId)
      assert.deepEqual(numbersOf(outcome.outputs), [2, 4])
      assert.equal(outcome.chargedUsdc, 1_500n)
      await assertPaidOnce()
      assert.equal((await store.get(jobId))?.stage, 'paid')
    })
  }

  it('finishes a job whose signature was made and not yet stored', async () => {
    const forgetful: ClientJobStore = { ...store, update: () => Promise.reject(crash) }
    await assert.rejects(run({ store: forgetful }), (error) => error === crash)
    const [job] = await store.list()
    assert.equal(job?.authorization, undefined)
    const outcome = await resume(job?.jobId ?? '0x')
    assert.equal(outcome.chargedUsdc, 1_500n)
    await assertPaidOnce()
  })

  it('uses the same signature after a crash, also when two resume at once', async () => {
    const jobId = await crashAt('signed')
    const outcomes = await Promise.all([resume(jobId), resume(jobId)])
    assert.deepEqual(outcomes[0].transactions, outcomes[1].transactions)
    await assertPaidOnce()
  })

  it('gives the outcome of a paid job again, without its provider', async () => {
    const { jobId } = await run()
    await provider.stop()
    const again = await resume(jobId)
    assert.deepEqual(numbersOf(again.outputs), [2, 4])
    await assertPaidOnce()
  })

  it('says that a job which was not signed in time will never open', async () => {
    for (const step of ['stored', 'signed'] as const) {
      const jobId = await crashAt(step)
      await chain.passTime(61)
      await assert.rejects(resume(jobId), { code: 'JOB_NOT_OPENED', charged: 'Nothing was charged.' })
      assert.equal((await store.get(jobId))?.stage, 'abandoned')
      store = createMemoryJobStore()
    }
    assert.equal(await getUsdcBalance(chain.reader, { account: client.account.address }), 1_000_000n)
  })

  it('finds the money of a job that expired meanwhile', async () => {
    provider.script.work = 'silent'
    const jobId = await crashAt('opened')
    await chain.passTime(121)
    await assert.rejects(resume(jobId), { code: 'JOB_EXPIRED', refunded: false })
    await chain.fund(client.account.address, { usdc: 0n, wei: parseEther('1') })
    await assert.rejects(resume(jobId), { code: 'JOB_EXPIRED', refunded: true })
    await assert.rejects(resume(jobId), { code: 'JOB_EXPIRED', refunded: true })
  })

  it('knows no job that is not in the store', () =>
    assert.rejects(resume(`0x${'77'.repeat(32)}`), { code: 'JOB_UNKNOWN' }))

  it('refuses a job of another chain', async () => {
    const jobId = await crashAt('signed')
    const [job] = await store.list()
    const other = createMemoryJobStore()
    await other.put({ ...(job as NonNullable<typeof job>), genesisHash: `0x${'12'.repeat(32)}` })
    await assert.rejects(resumeJob(client, { ...shared, store: other, jobId }), { code: 'CHAIN_RESET' })
  })
})
