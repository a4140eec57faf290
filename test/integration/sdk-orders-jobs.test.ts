import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import * as dim from '@dim/sdk'
import { type Hex, type LocalAccount, toHex, zeroHash } from 'viem'
import { startChain, type TestChain } from '../support/chain.ts'
import { until } from '../support/until.ts'

const usdc = (amount: number) => BigInt(amount) * 1_000_000n
const price = 3_000n
const modelKey = `0x${'ab'.repeat(32)}` as const

describe('other ways to open a job, and orders by the methods of a client', () => {
  let chain: TestChain
  let snapshot: Hex
  const clientOf = (index: number) =>
    dim.createClient({
      account: chain.accounts[index] as LocalAccount,
      network: { rpcUrl: chain.rpcUrl, deployment: chain.deployment },
      pollingIntervalMs: 25,
    })

  before(async () => {
    chain = await startChain()
    const provider = clientOf(3).writer
    const { providerRegistry } = chain.deployment
    await mined(dim.approveUsdc(provider, { spender: providerRegistry, amountUsdc: usdc(100) }))
    await mined(dim.stake(provider, { provider: provider.account.address, amountUsdc: usdc(100) }))
    const terms = { floorUsdc: 1_000n, royaltyBps: 250, policy: 'public' } as const
    await mined(dim.registerModel(clientOf(4).writer, { modelKey, ...terms }))
  })
  after(() => chain.close())
  beforeEach(async () => {
    snapshot = await chain.test.snapshot()
  })
  afterEach(() => chain.test.revert({ id: snapshot }))

  const mined = async (hash: Promise<Hex>) => dim.waitForTransaction(chain.reader, { hash: await hash })
  const statusOf = async (params: dim.JobParams.JobParams) =>
    (await dim.getJob(chain.reader, { jobId: dim.JobParams.jobId(chain.deployment, params) })).status
  async function paramsOf(index: number, nonce: bigint): Promise<dim.JobParams.JobParams> {
    const { maxWindow } = await dim.getEscrowLimits(chain.reader)
    return {
      client: clientOf(index).address,
      provider: clientOf(3).address,
      modelKey,
      inputCommit: `0x${'01'.repeat(32)}`,
      inputRef: `0x${'02'.repeat(32)}`,
      price,
      floor: 1_000n,
      submitBy: (await dim.getChainTime(chain.reader)) + 3_600,
      challengeWindow: maxWindow,
      feeBps: await dim.getFeeBps(chain.reader),
      royaltyBps: 250,
      verifyMode: 0,
      groupId: zeroHash,
      nonce,
    }
  }
  async function fund(index: number) {
    const { writer } = clientOf(index)
    await mined(dim.approveUsdc(writer, { spender: chain.deployment.jobEscrow, amountUsdc: usdc(1) }))
    await mined(dim.deposit(writer, { amountUsdc: usdc(1) }))
  }

  describe('by permit', () => {
    it('one signature and one transaction, from the wallet', async () => {
      const client = clientOf(1)
      const params = await paramsOf(1, 1n)
      const deadline = BigInt(params.submitBy)
      const permit = await client.jobs.signPermit({
        spender: chain.deployment.jobEscrow,
        amountUsdc: price,
        deadline,
      })
      const before = await client.money.getBalance()
      await mined(client.jobs.openWithPermit({ params, ...permit }))
      assert.equal(before - (await client.money.getBalance()), price)
      assert.equal(await statusOf(params), 'open')
      const after = await dim.getPermitNonce(chain.reader, { owner: client.address })
      assert.equal(after, 1n)
    })

    it('no permit, no job', async () => {
      const [client, params] = [clientOf(1), await paramsOf(1, 1n)]
      const deadline = BigInt(params.submitBy)
      const options = { spender: chain.deployment.jobEscrow, amountUsdc: price - 1n, deadline }
      const { signature } = await client.jobs.signPermit(options)
      await assert.rejects(client.jobs.openWithPermit({ params, deadline, signature }), dim.BaseError)
      await assert.rejects(client.jobs.openWithPermit({ params, deadline, signature: '0x12' }), {
        code: 'SIGNATURE_INVALID',
      })
      assert.equal(await statusOf(params), 'none')
    })

    it('funds a channel as well', async () => {
      const client = clientOf(1)
      const config = client.channels.createConfig({ receiver: clientOf(3).address, withdrawDelay: 3_600 })
      const deadline = BigInt((await dim.getChainTime(chain.reader)) + 600)
      const spender = chain.deployment.paymentChannels as Hex
      const permit = await dim.signPermit(client.writer, { spender, amountUsdc: price, deadline })
      await mined(dim.depositToChannelWithPermit(client.writer, { config, amountUsdc: price, ...permit }))
      const channelId = dim.ChannelConfig.id(chain.deployment, config)
      assert.equal((await client.channels.get({ channelId })).depositedUsdc, price)
    })
  })

  describe('relayed', () => {
    it('jobs of two clients in one transaction; what cannot be opened is left out', async () => {
      await fund(1)
      await fund(2)
      const rows = [
        await paramsOf(1, 1n),
        await paramsOf(2, 1n),
        { ...(await paramsOf(2, 2n)), royaltyBps: 1 },
      ]
      const jobs = await Promise.all(
        rows.map(async (params, i) => ({
          params,
          signature: await clientOf(i === 0 ? 1 : 2).jobs.signParams(params),
        })),
      )
      await mined(clientOf(5).jobs.openSigned({ jobs }))
      assert.deepEqual(await Promise.all(rows.map(statusOf)), ['open', 'open', 'none'])
      const { availableUsdc } = await clientOf(1).money.getEscrowAccount()
      assert.equal(availableUsdc, usdc(1) - price)
    })

    it('nobody opens a job that its client did not sign', async () => {
      await fund(1)
      const params = await paramsOf(1, 1n)
      const signature = await clientOf(2).jobs.signParams(params)
      await assert.rejects(clientOf(5).jobs.openSigned({ jobs: [{ params, signature }] }), {
        code: 'CONTRACT_BAD_ROW_SIGNATURE',
      })
    })

    it('terms can be checked before', async () => {
      const { jobs } = clientOf(1)
      const params = await paramsOf(1, 1n)
      await jobs.checkTerms({ params })
      await assert.rejects(jobs.checkTerms({ params: { ...params, royaltyBps: 1 } }), {
        code: 'CONTRACT_STALE_TERMS',
      })
    })
  })

  it('orders: from the reserve to the settlement, and everybody can watch', async () => {
    const [buyer, seller] = [clientOf(1), clientOf(3)]
    await fund(1)
    const orders = buyer.orders.createClient({ maxOrderUsdc: price, maxOutstandingUsdc: usdc(1) })
    const desk = seller.orders.createDesk({ maxClientUsdc: usdc(1), maxTotalUsdc: usdc(1) })
    const seen: dim.OrderEvent[] = []
    const fromBlock = await chain.test.getBlockNumber()
    const unwatch = buyer.orders.watch({
      fromBlock,
      pollingIntervalMs: 20,
      onEvents: (events) => seen.push(...events),
    })
    try {
      await mined(orders.reserve({ amountUsdc: usdc(1) }))
      const resultCommit = toHex(5, { size: 32 })
      const value = await orders.pay({
        provider: seller.address,
        modelKey,
        inputCommit: toHex(1, { size: 32 }),
        priceUsdc: price,
        send: (signedOrder) =>
          desk.serve({
            signedOrder: dim.SignedOrder.parse(
              JSON.parse(JSON.stringify(dim.SignedOrder.toJson(signedOrder))),
            ),
            priceUsdc: price,
            handle: async () => ({ value: 'answer', chargedUsdc: price, resultCommit }),
          }),
      })
      assert.equal(value, 'answer')
      await desk.close()
      await mined(orders.startRelease({ amountUsdc: 1n }))
      await until(async () => seen.length === 2)
    } finally {
      unwatch()
    }
    assert.deepEqual(
      seen.map(({ kind }) => kind),
      ['settled', 'releaseStarted'],
    )
    const [settled] = await seller.orders.listSettled({ provider: seller.address })
    assert.deepEqual(settled, seen[0])
    const { nonce } = settled as dim.OrderSettled
    const { used } = await seller.orders.getNonces({ account: buyer.address, word: nonce >> 8n })
    assert.equal(used, 1n << (nonce & 255n))
    assert.deepEqual(
      (await seller.orders.listThreats({ account: buyer.address })).map(({ kind }) => kind),
      ['releaseStarted'],
    )
    assert.deepEqual(await dim.getModelHistory(chain.reader, { modelKey }), {
      previousRoyaltyBps: 0,
      royaltyChangedAt: 0,
      closedAt: 0,
    })
    assert.deepEqual(await dim.getFeeHistory(chain.reader), { previousBps: 0, changedAt: 0 })
  })
})
