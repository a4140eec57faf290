import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  type BaseError,
  createJobWithAuthorization,
  getEscrowAccount,
  getInferenceStatus,
  getJob,
  getUsdcBalance,
  TensorSet,
  type Writer,
  waitForTransaction,
} from '@dim/sdk'
import { bytesToHex, type Hex, type LocalAccount, sha256, zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { DimNode } from '../../packages/node/src/node.ts'
import { startChain, type TestChain } from '../support/chain.ts'
import { vector } from '../support/doubler.ts'
import { createProviderHome, type ProviderHome } from '../support/providerNode.ts'
import { prepareRawJob, type RawJob, type RawJobOptions } from '../support/rawJob.ts'
import { until } from '../support/until.ts'

const code = (expected: string) => (error: unknown) => {
  assert.equal((error as BaseError).code, expected, String(error))
  return true
}

describe('a provider refuses', () => {
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
    const account = privateKeyToAccount(generatePrivateKey())
    await chain.fund(account.address, { usdc: 1_000_000n, wei: 0n })
    client = chain.writer(account)
  })
  after(async () => {
    await node?.stop()
    await chain?.close()
    await home?.remove()
  })

  const prepare = (options: Partial<RawJobOptions> = {}) =>
    prepareRawJob(client, { endpoint, modelKey: home.modelKey, inputs: vector(1, 2), ...options })
  const balance = () => getUsdcBalance(chain.reader, { account: client.account.address })
  const available = async () =>
    (await getEscrowAccount(chain.reader, { account: client.account.address })).availableUsdc
  const openByStranger = async ({ params, sign }: RawJob) => {
    const stranger = chain.writer(chain.accounts[5] as LocalAccount)
    const hash = await createJobWithAuthorization(stranger, { params, ...(await sign()) })
    await waitForTransaction(stranger, { hash })
  }
  const statusOf = async (jobId: Hex) => (await getJob(chain.reader, { jobId })).status

  describe('before anything is paid', () => {
    it('an unknown quote', async () => {
      const job = await prepare()
      await assert.rejects(
        job.submit(bytesToHex(crypto.getRandomValues(new Uint8Array(32)))),
        code('QUOTE_UNKNOWN'),
      )
    })

    it('an expired quote', async () => {
      const job = await prepare()
      const { timestamp } = await chain.test.getBlock()
      await chain.passTime(job.quote.expiresAt - Number(timestamp) + 1)
      await assert.rejects(job.submit(), code('QUOTE_EXPIRED'))
    })

    it('other terms than those of the quote', async () => {
      const job = await prepare({ terms: (params) => ({ ...params, price: params.price - 1n }) })
      await assert.rejects(job.submit(), code('TERMS_MISMATCH'))
    })

    it('a time that is too short to deliver in', async () => {
      const job = await prepare({ terms: (params) => ({ ...params, submitBy: params.submitBy - 100 }) })
      await assert.rejects(job.submit(), code('TERMS_MISMATCH'))
    })

    it('an input that is not there', async () => {
      const job = await prepare({ push: false })
      await assert.rejects(job.submit(), code('INPUT_INCOMPLETE'))
    })

    it('a quote that another job has used', async () => {
      const first = await prepare()
      await first.submit()
      const second = await prepare()
      await assert.rejects(second.submit(first.quote.nonce), (error: unknown) => {
        const { code: found } = error as BaseError
        assert.ok(['QUOTE_USED', 'TERMS_MISMATCH'].includes(found), found)
        return true
      })
    })

    it('a payment that the client cannot make, by simulation', async () => {
      const poor = chain.writer(privateKeyToAccount(generatePrivateKey()))
      const options = { endpoint, modelKey: home.modelKey, inputs: vector(1) }
      const job = await prepareRawJob(poor, options)
      await assert.rejects(job.submit(), (error: unknown) => {
        assert.match((error as BaseError).code, /^(CONTRACT_|USDC_|INSUFFICIENT_)/)
        return true
      })
      assert.equal(await statusOf(job.jobId), 'none')
    })

    it('a payment whose check would burn the gas of the relay', async () => {
      const account = privateKeyToAccount(generatePrivateKey())
      await chain.fund(account.address, { usdc: 1_000_000n })
      // A valid EIP-1271 signature of a contract account that counts to 65,535 first, which takes 1.7 million gas.
      const bytecode = '0x6200ffff5b6001900380600457631626ba7e60e01b60005260206000f3'
      await chain.test.setCode({ address: account.address, bytecode })
      const options = { endpoint, modelKey: home.modelKey, inputs: vector(1) }
      const job = await prepareRawJob(chain.writer(account), options)
      const wei = () => chain.test.getBalance({ address: home.account.address })
      const before = await wei()
      await assert.rejects(job.submit(), (error: unknown) => {
        assert.match((error as BaseError).code, /^CONTRACT_/)
        return true
      })
      assert.equal(await statusOf(job.jobId), 'none')
      assert.equal(await wei(), before)
    })
  })

  it('opens a job once, however often it is asked', async () => {
    const before = await balance()
    const job = await prepare()
    const [first, second] = await Promise.all([job.submit(), job.submit()])
    const third = await job.submit()
    assert.equal(first.jobId, job.jobId)
    assert.equal(second.transactionHash, first.transactionHash)
    assert.equal(third.jobId, job.jobId)
    assert.equal(before - (await balance()), job.params.price)
  })

  const garbage = new Uint8Array([1, 2, 3])
  const bad: [string, Partial<RawJobOptions>, string][] = [
    [
      'that is no envelope',
      { wrap: () => ({ root: garbage, chunks: [], ref: sha256(garbage) }) },
      'INPUT_NOT_OPENABLE',
    ],
    [
      'sealed to a key that is not the provider’s',
      { recipientKey: new Uint8Array(32).fill(9) },
      'INPUT_NOT_OPENABLE',
    ],
    ['that is not what the job commits to', { inputCommit: zeroHash }, 'INPUT_COMMIT_MISMATCH'],
    [
      'of a wrong element type',
      { inputs: { x: TensorSet.fromTyped('float64', new Float64Array([1]), [1]) } },
      'INPUT_INVALID',
    ],
    [
      'of a wrong shape',
      { inputs: { x: TensorSet.fromTyped('float32', new Float32Array([1, 2]), [1, 2]) } },
      'INPUT_INVALID',
    ],
    [
      'with an unknown name',
      { inputs: { ...vector(1), z: vector(1).x as TensorSet.Tensor } },
      'INPUT_INVALID',
    ],
    [
      'whose job spec names another model',
      { spec: (spec) => ({ ...spec, modelId: zeroHash }) as typeof spec },
      'JOB_SPEC_MISMATCH',
    ],
    [
      'that was sealed although its spec says public',
      { spec: (spec) => ({ ...spec, privacy: 'public' }) },
      'JOB_SPEC_MISMATCH',
    ],
  ]

  for (const [name, options, reason] of bad) {
    it(`an input ${name}, before it spends gas on it`, async () => {
      const job = await prepare(options)
      await assert.rejects(job.submit(), code(reason))
      assert.equal(await statusOf(job.jobId), 'none')
    })

    it(`an input ${name}, opened without asking: the client has its money back at once`, async () => {
      const before = await available()
      const job = await prepare(options)
      await openByStranger(job)
      await until(async () => (await statusOf(job.jobId)) === 'refunded')
      const status = await until(async () => {
        const answer = await getInferenceStatus(endpoint, { jobId: job.jobId })
        return answer.transactions.refund !== undefined && answer
      })
      assert.equal(status.status, 'refunded')
      assert.equal(status.error?.code, reason)
      assert.equal(status.refundedUsdc, job.params.price)
      assert.equal((await available()) - before, job.params.price)
    })
  }

  it('counts why', async () => {
    const text = await (await fetch(`${endpoint}/metrics`)).text()
    assert.match(text, /dim_jobs_total\{[^}]*outcome="refunded",reason="INPUT_INVALID"\} 3/)
  })
})
