import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import * as dim from '@dim/sdk'
import type { LocalAccount } from 'viem'
import { toAccount } from 'viem/accounts'
import {
  Crash,
  type OrderHandle,
  type OrderWorld,
  orderTerms,
  shareOf,
  startOrderWorld,
  usdc,
} from '../support/orderWorld.ts'
import { deployTestWallet } from '../support/testWallet.ts'
import { until } from '../support/until.ts'

const { price, charge, modelKey, royaltyBps } = orderTerms

describe('orders on a real chain', () => {
  let world: OrderWorld

  before(async () => {
    world = await startOrderWorld()
  })
  after(() => world.chain.close())
  beforeEach(() => world.begin())
  afterEach(() => world.end())

  describe('the whole life', () => {
    it('reserve, thirty orders of two clients, one settlement, books to the unit', async () => {
      const desk = world.openDesk()
      const clients = [world.openClient(world.alice), world.openClient(world.bob)] as const
      await Promise.all(
        Array.from({ length: 30 }, (_, i) => world.pay(clients[i % 2] as dim.OrderClient, desk)),
      )
      assert.equal((await clients[0].getOutstanding()).outstandingUsdc, 15n * price)
      assert.equal((await desk.getBooks()).creditUsdc, 30n * charge)
      const before = await world.earned()
      const outcome = await desk.settleAll()
      assert.deepEqual([outcome.settled.length, outcome.transactions.length, outcome.skipped], [30, 1, []])
      const feeBps = await dim.getFeeBps(world.chain.reader)
      const [fee, royalty] = [shareOf(charge, feeBps), shareOf(charge, royaltyBps)]
      assert.equal(outcome.earnedUsdc, 30n * (charge - fee - royalty))
      assert.equal((await world.earned()) - before, outcome.earnedUsdc)
      for (const writer of [world.alice, world.bob])
        assert.equal(await world.reservedOf(writer), usdc(1) - 15n * charge)
      assert.equal(await dim.getRoyaltyOwed(world.chain.reader, { modelKey }), 30n * royalty)
      const { paid, lost } = await desk.reconcile()
      assert.deepEqual([paid.length, lost], [30, []])
      assert.deepEqual(await world.deskStore.list(), [])
      const synced = await clients[0].sync()
      assert.equal(synced.settled.length, 15)
      assert.deepEqual([synced.unfair, synced.lapsed, synced.cancelled], [[], [], []])
      assert.equal((await clients[0].getOutstanding()).outstandingUsdc, 0n)
      const listed = await dim.listSettledOrders(world.chain.reader, { account: world.bob.account.address })
      assert.equal(listed.length, 15)
      assert.ok(listed.every(({ orderId, resultCommit }) => resultCommit === world.commitOf(orderId)))
      assert.deepEqual((await desk.settleAll()).transactions, [])
    })

    it('nonces stand close together, and an empty store starts where nobody was', async () => {
      const [first, second] = [
        world.openClient(),
        world.openClient(world.alice, { store: dim.createMemoryClientOrderStore() }),
      ]
      const signed = [
        await first.sign(world.terms()),
        await first.sign(world.terms()),
        await second.sign(world.terms()),
      ]
      const nonces = signed.map(({ order }) => order.nonce)
      assert.equal(nonces[1], (nonces[0] ?? 0n) + 1n)
      assert.notEqual((nonces[2] ?? 0n) >> 8n, (nonces[0] ?? 0n) >> 8n)
      const { order } = signed[0] as dim.SignedOrder.SignedOrder
      assert.equal(
        await dim.getOrderId(world.chain.reader, { order }),
        dim.JobOrder.hash(world.chain.deployment, order),
      )
    })

    it('by a service key, in batches', async () => {
      await world.mined(
        dim.approveUsdc(world.provider, {
          spender: world.chain.deployment.providerRegistry,
          amountUsdc: usdc(10),
        }),
      )
      const keyed = world.chain.writer(world.chain.accounts[6] as LocalAccount)
      const desk = world.openDesk({ provider: world.provider.account.address, maxRows: 2 }, keyed)
      assert.equal(await refusal(desk), 'closed')
      await world.mined(dim.setServiceKey(world.provider, await serviceKeyOf(keyed)))
      await world.chain.passTime(30)
      const from = world.openClient()
      for (let i = 0; i < 5; i++) await world.pay(from, desk)
      const { settled, transactions } = await desk.close()
      assert.deepEqual([settled.length, transactions.length], [5, 3])
      assert.equal(await refusal(desk), 'closed')
    })

    async function serviceKeyOf(keyed: dim.Writer) {
      const validFrom = (await dim.getChainTime(world.chain.reader)) + 30
      const serviceKey = keyed.account.address
      const message = { provider: world.provider.account.address, key: serviceKey, validFrom }
      const proof = await dim.ServiceKey.sign(world.chain.deployment, message, keyed.account as LocalAccount)
      return { serviceKey, validFrom, proof }
    }
  })

  async function refusal(desk: dim.OrderDesk, from = world.openClient(), priceUsdc = price) {
    const failure = await world.pay(from, desk, world.answer, priceUsdc).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (failure === undefined) return undefined
    assert.ok(failure instanceof dim.OrderRefusedError, String(failure))
    return failure.reason
  }

  describe('budget and credit', () => {
    it('a client signs within its limits and its reserve', async () => {
      const limited = (options: Partial<dim.CreateOrderClientParameters>) =>
        world.openClient(world.alice, options).sign(world.terms())
      await assert.rejects(limited({ maxOrderUsdc: price - 1n }), {
        code: 'ORDER_BUDGET_EXCEEDED',
        limit: 'order',
      })
      await limited({ maxOutstandingUsdc: price })
      await assert.rejects(limited({ maxOutstandingUsdc: 2n * price - 1n }), { limit: 'outstanding' })
      await world.mined(dim.startRelease(world.alice, { amountUsdc: usdc(1) - price }))
      await assert.rejects(limited({}), { code: 'ORDER_BUDGET_EXCEEDED', limit: 'reserve' })
    })

    it('what was settled makes room', async () => {
      const [from, desk] = [world.openClient(world.alice, { maxOutstandingUsdc: price }), world.openDesk()]
      await world.pay(from, desk)
      await assert.rejects(world.pay(from, desk), { limit: 'outstanding' })
      await desk.settleAll()
      assert.equal(await world.pay(from, desk), 'answer')
    })

    it('a provider gives no more credit than its caps and the reserve allow, also to many requests at once', async () => {
      const desk = world.openDesk({ maxClientUsdc: 3n * price })
      const from = world.openClient()
      const replies = await Promise.allSettled(Array.from({ length: 8 }, () => world.pay(from, desk)))
      assert.equal(replies.filter(({ status }) => status === 'fulfilled').length, 3)
      assert.equal(await refusal(world.openDesk({ maxTotalUsdc: price - 1n })), 'credit')
      const shared = world.openDesk({
        reserveShareBps: 10,
        store: dim.createMemoryOrderStore(dim.deskOrderRecordSchema),
      })
      assert.equal(await refusal(shared), 'reserve')
    })

    it('a failed or overpriced job charges nothing, and the same order can be served again', async () => {
      const desk = world.openDesk()
      const signedOrder = await world.openClient().sign(world.terms())
      const serve = (handle: OrderHandle) => desk.serve({ signedOrder, priceUsdc: price, handle })
      const failed = await serve(async () => {
        throw new Crash('The work failed.')
      })
      assert.equal(failed.status, 'failed')
      const greedy = await serve(async () => ({ value: 1, chargedUsdc: price + 1n, resultCommit: modelKey }))
      assert.ok(greedy.status === 'failed' && greedy.error instanceof dim.OrderChargeTooHighError)
      assert.equal((await serve(world.answer)).status, 'served')
      assert.deepEqual(await serve(world.answer), { status: 'refused', reason: 'nonce' })
      await desk.settleAll()
      await desk.reconcile()
      assert.deepEqual(await serve(world.answer), { status: 'refused', reason: 'nonce' })
    })
  })

  describe('dishonest providers', () => {
    it('who settles more than it said gets no further order', async () => {
      const from = world.openClient()
      const signedOrders: dim.SignedOrder.SignedOrder[] = []
      await from.pay({
        ...world.terms(),
        send: async (signedOrder) => {
          signedOrders.push(signedOrder)
          const orderId = dim.JobOrder.hash(world.chain.deployment, signedOrder.order)
          return {
            status: 'served',
            value: 1,
            orderId,
            chargedUsdc: 1n,
            resultCommit: world.commitOf(orderId),
          }
        },
      })
      const [{ order, signature }] = signedOrders as [dim.SignedOrder.SignedOrder]
      const row = dim.OrderSettlement.parse({
        order: dim.JobOrder.toJson(order),
        resultCommit: world.commitOf(dim.JobOrder.hash(world.chain.deployment, order)),
        charged: `${price}`,
        clientSignature: signature,
      })
      assert.equal(await dim.simulateSettleOrders(world.provider, { settlements: [row] }), 1)
      await world.mined(dim.settleOrders(world.provider, { settlements: [row] }))
      const { unfair, settled } = await from.sync()
      assert.deepEqual([unfair.length, settled], [1, []])
      await assert.rejects(from.sign(world.terms()), { code: 'ORDER_PROVIDER_UNFAIR' })
      await from.sign({ ...world.terms(), provider: world.bob.account.address })
    })
  })

  describe('accounts with code', () => {
    it('are refused, or settled at once; one that takes its word back stops there', async () => {
      const wallet = await deployTestWallet(world.bob)
      await world.chain.fund(wallet.address, { usdc: usdc(10) })
      await world.chain.test.impersonateAccount({ address: wallet.address })
      const asWallet = world.chain.writer(toAccount(wallet.address))
      await world.mined(
        dim.approveUsdc(asWallet, { spender: world.chain.deployment.jobEscrow, amountUsdc: usdc(1) }),
      )
      await world.mined(dim.deposit(asWallet, { amountUsdc: usdc(1) }))
      await world.mined(dim.reserve(asWallet, { amountUsdc: usdc(1) }))
      const signed = async (nonce: bigint) => {
        const order = {
          ...(await world.openClient(world.bob).sign(world.terms())).order,
          client: wallet.address,
          nonce,
        }
        const signature = await dim.JobOrder.sign(
          world.chain.deployment,
          order,
          world.bob.account as LocalAccount,
        )
        return dim.SignedOrder.parse({ order: dim.JobOrder.toJson(order), signature })
      }
      const [first, second, third] = [await signed(0n), await signed(1n), await signed(2n)]
      const serve = (desk: dim.OrderDesk, signedOrder = first) =>
        desk.serve({ signedOrder, priceUsdc: price, handle: world.answer })
      assert.deepEqual(await serve(world.openDesk()), { status: 'refused', reason: 'signature' })
      const desk = world.openDesk({ takesCode: true })
      assert.equal((await serve(desk)).status, 'served')
      assert.deepEqual(await world.states(), ['settled'])
      const reply = await desk.serve({
        signedOrder: second,
        priceUsdc: price,
        handle: async (accepted) => {
          await wallet.setMode('refuse')
          return world.answer(accepted)
        },
      })
      assert.equal(reply.status, 'served')
      assert.deepEqual(await world.states(), ['served', 'settled'])
      await wallet.setMode('honest')
      assert.deepEqual(await serve(desk, third), { status: 'refused', reason: 'unsettled' })
      assert.equal((await desk.settleAll()).settled.length, 1)
      assert.equal((await serve(desk, third)).status, 'served')
    })

    it('one that grants in simulations only does not make the desk pay for transactions again and again', async () => {
      const wallet = '0x00000000000000000000000000000000000c0de1'
      // Answers EIP-1271's magic value while the price of gas is zero, and reverts otherwise.
      const bytecode = '0x631626ba7e60e01b5f523a60125760205ff35b5f5ffd'
      await world.chain.test.setCode({ address: wallet, bytecode })
      await world.chain.fund(wallet, { usdc: usdc(1) })
      await world.chain.test.impersonateAccount({ address: wallet })
      const asWallet = world.chain.writer(toAccount(wallet))
      const { jobEscrow } = world.chain.deployment
      await world.mined(dim.approveUsdc(asWallet, { spender: jobEscrow, amountUsdc: usdc(1) }))
      await world.mined(dim.deposit(asWallet, { amountUsdc: usdc(1) }))
      await world.mined(dim.reserve(asWallet, { amountUsdc: usdc(1) }))
      const { order } = await world.openClient(world.bob).sign(world.terms())
      const signedOrder = { order: { ...order, client: wallet }, signature: `0x${'11'.repeat(65)}` } as const
      const desk = world.openDesk({ takesCode: true })
      const request = { signedOrder: signedOrder as dim.SignedOrder.SignedOrder, priceUsdc: price }
      assert.equal((await desk.serve({ ...request, handle: world.answer })).status, 'served')
      assert.deepEqual(await world.states(), ['served'])
      const rounds: dim.SettleOutcome[] = []
      const unwatch = desk.watch({ pollingIntervalMs: 20, onSettle: (outcome) => rounds.push(outcome) })
      try {
        await until(async () => rounds.length === 1)
        await world.mined(dim.startRelease(asWallet, { amountUsdc: 1n }))
        for (const [i, writer] of [world.alice, world.bob].entries()) {
          const from = world.openClient(writer)
          await world.pay(from, desk)
          await world.mined(from.startRelease({ amountUsdc: 1n }))
          await until(async () => rounds.flatMap(({ settled }) => settled).length === i + 1)
        }
      } finally {
        unwatch()
      }
      assert.equal(rounds.flatMap(({ transactions }) => transactions).length, 3)
    })
  })
})
