import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import * as dim from '@dim/sdk'
import { type Address, type Hex, type LocalAccount, sha256, toHex } from 'viem'
import { toAccount } from 'viem/accounts'
import { writeContract } from 'viem/actions'
import { startChain, type TestChain } from '../support/chain.ts'
import { deployTestWallet } from '../support/testWallet.ts'
import { until } from '../support/until.ts'

const usdc = (amount: number) => BigInt(amount) * 1_000_000n
const price = 3_000n
const charge = 2_500n
const modelKey = `0x${'ab'.repeat(32)}` as const
const royaltyBps = 250

class Crash extends dim.BaseError {
  override readonly code = 'CRASH'
}

describe('orders on a real chain', () => {
  let chain: TestChain
  let snapshot: Hex
  let owner: dim.Writer
  let alice: dim.Writer
  let bob: dim.Writer
  let provider: dim.Writer
  let modelOwner: dim.Writer
  let clientStore: dim.ClientOrderStore
  let deskStore: dim.OrderStore<dim.DeskOrderRecord>

  before(async () => {
    chain = await startChain()
    const writers = chain.accounts.slice(0, 5).map((account) => chain.writer(account))
    ;[owner, alice, bob, provider, modelOwner] = writers as [
      dim.Writer,
      dim.Writer,
      dim.Writer,
      dim.Writer,
      dim.Writer,
    ]
    const terms = { floorUsdc: 1_000n, royaltyBps, policy: 'public' } as const
    await mined(dim.registerModel(modelOwner, { modelKey, ...terms }))
    for (const writer of [alice, bob]) {
      await mined(dim.approveUsdc(writer, { spender: chain.deployment.jobEscrow, amountUsdc: usdc(10) }))
      await mined(dim.deposit(writer, { amountUsdc: usdc(10) }))
      await mined(dim.reserve(writer, { amountUsdc: usdc(1) }))
    }
  })
  after(() => chain.close())
  beforeEach(async () => {
    snapshot = await chain.test.snapshot()
    clientStore = dim.createMemoryClientOrderStore()
    deskStore = dim.createMemoryOrderStore(dim.deskOrderRecordSchema)
  })
  afterEach(() => chain.test.revert({ id: snapshot }))

  const mined = async (hash: Promise<Hex>) => dim.waitForTransaction(chain.reader, { hash: await hash })
  const openClient = (writer = alice, options: Partial<dim.CreateOrderClientParameters> = {}) =>
    dim.createOrderClient(writer, {
      store: clientStore,
      maxOrderUsdc: 10_000n,
      maxOutstandingUsdc: usdc(1),
      ...options,
    })
  const openDesk = (options: Partial<dim.CreateOrderDeskParameters> = {}, writer = provider) =>
    dim.createOrderDesk(writer, {
      store: deskStore,
      maxClientUsdc: usdc(1),
      maxTotalUsdc: usdc(2),
      minOrderSeconds: 100,
      settleMarginSeconds: 50,
      chainStateMaxAgeMs: 0,
      ...options,
    })

  type Handle = Parameters<dim.OrderDesk['serve']>[0]['handle']
  const commitOf = (orderId: Hex) => sha256(orderId)
  const answer: Handle = async ({ orderId }) => ({
    value: 'answer',
    chargedUsdc: charge,
    resultCommit: commitOf(orderId),
  })
  const terms = (priceUsdc = price) => ({
    provider: provider.account.address,
    modelKey,
    inputCommit: toHex(1, { size: 32 }),
    priceUsdc,
  })
  const pay = (from: dim.OrderClient, to: dim.OrderDesk, handle = answer, priceUsdc = price) =>
    from.pay({ ...terms(priceUsdc), send: (signedOrder) => to.serve({ signedOrder, priceUsdc, handle }) })
  const accountOf = (account: Address) => dim.getEscrowAccount(chain.reader, { account })
  const states = async () => (await deskStore.list()).map(({ state }) => state)
  const reservedOf = async (writer: dim.Writer) => (await accountOf(writer.account.address)).reservedUsdc
  const earned = async () => (await accountOf(provider.account.address)).availableUsdc
  const shareOf = (amount: bigint, bps: number) => (amount * BigInt(bps)) / 10_000n

  describe('the whole life', () => {
    it('reserve, thirty orders of two clients, one settlement, books to the unit', async () => {
      const desk = openDesk()
      const clients = [openClient(alice), openClient(bob)] as const
      await Promise.all(Array.from({ length: 30 }, (_, i) => pay(clients[i % 2] as dim.OrderClient, desk)))
      assert.equal((await clients[0].getOutstanding()).outstandingUsdc, 15n * price)
      assert.equal((await desk.getBooks()).creditUsdc, 30n * charge)
      const before = await earned()
      const outcome = await desk.settleAll()
      assert.deepEqual([outcome.settled.length, outcome.transactions.length, outcome.skipped], [30, 1, []])
      const feeBps = await dim.getFeeBps(chain.reader)
      const [fee, royalty] = [shareOf(charge, feeBps), shareOf(charge, royaltyBps)]
      assert.equal(outcome.earnedUsdc, 30n * (charge - fee - royalty))
      assert.equal((await earned()) - before, outcome.earnedUsdc)
      for (const writer of [alice, bob]) assert.equal(await reservedOf(writer), usdc(1) - 15n * charge)
      assert.equal(await dim.getRoyaltyOwed(chain.reader, { modelKey }), 30n * royalty)
      const { paid, lost } = await desk.reconcile()
      assert.deepEqual([paid.length, lost], [30, []])
      assert.deepEqual(await deskStore.list(), [])
      const synced = await clients[0].sync()
      assert.equal(synced.settled.length, 15)
      assert.deepEqual([synced.unfair, synced.lapsed, synced.cancelled], [[], [], []])
      assert.equal((await clients[0].getOutstanding()).outstandingUsdc, 0n)
      const listed = await dim.listSettledOrders(chain.reader, { account: bob.account.address })
      assert.equal(listed.length, 15)
      assert.ok(listed.every(({ orderId, resultCommit }) => resultCommit === commitOf(orderId)))
      assert.deepEqual((await desk.settleAll()).transactions, [])
    })

    it('nonces stand close together, and an empty store starts where nobody was', async () => {
      const [first, second] = [openClient(), openClient(alice, { store: dim.createMemoryClientOrderStore() })]
      const signed = [await first.sign(terms()), await first.sign(terms()), await second.sign(terms())]
      const nonces = signed.map(({ order }) => order.nonce)
      assert.equal(nonces[1], (nonces[0] ?? 0n) + 1n)
      assert.notEqual((nonces[2] ?? 0n) >> 8n, (nonces[0] ?? 0n) >> 8n)
      const { order } = signed[0] as dim.SignedOrder.SignedOrder
      assert.equal(await dim.getOrderId(chain.reader, { order }), dim.JobOrder.hash(chain.deployment, order))
    })

    it('by a service key, in batches', async () => {
      await mined(
        dim.approveUsdc(provider, { spender: chain.deployment.providerRegistry, amountUsdc: usdc(10) }),
      )
      const keyed = chain.writer(chain.accounts[6] as LocalAccount)
      const desk = openDesk({ provider: provider.account.address, maxRows: 2 }, keyed)
      assert.equal(await refusal(desk), 'closed')
      await mined(dim.setServiceKey(provider, await serviceKeyOf(keyed)))
      await chain.passTime(30)
      const from = openClient()
      for (let i = 0; i < 5; i++) await pay(from, desk)
      const { settled, transactions } = await desk.close()
      assert.deepEqual([settled.length, transactions.length], [5, 3])
      assert.equal(await refusal(desk), 'closed')
    })

    async function serviceKeyOf(keyed: dim.Writer) {
      const validFrom = (await dim.getChainTime(chain.reader)) + 30
      const serviceKey = keyed.account.address
      const message = { provider: provider.account.address, key: serviceKey, validFrom }
      const proof = await dim.ServiceKey.sign(chain.deployment, message, keyed.account as LocalAccount)
      return { serviceKey, validFrom, proof }
    }
  })

  async function refusal(desk: dim.OrderDesk, from = openClient(), priceUsdc = price) {
    const failure = await pay(from, desk, answer, priceUsdc).then(
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
        openClient(alice, options).sign(terms())
      await assert.rejects(limited({ maxOrderUsdc: price - 1n }), {
        code: 'ORDER_BUDGET_EXCEEDED',
        limit: 'order',
      })
      await limited({ maxOutstandingUsdc: price })
      await assert.rejects(limited({ maxOutstandingUsdc: 2n * price - 1n }), { limit: 'outstanding' })
      await mined(dim.startRelease(alice, { amountUsdc: usdc(1) - price }))
      await assert.rejects(limited({}), { code: 'ORDER_BUDGET_EXCEEDED', limit: 'reserve' })
    })

    it('what was settled makes room', async () => {
      const [from, desk] = [openClient(alice, { maxOutstandingUsdc: price }), openDesk()]
      await pay(from, desk)
      await assert.rejects(pay(from, desk), { limit: 'outstanding' })
      await desk.settleAll()
      assert.equal(await pay(from, desk), 'answer')
    })

    it('a provider gives no more credit than its caps and the reserve allow, also to many requests at once', async () => {
      const desk = openDesk({ maxClientUsdc: 3n * price })
      const from = openClient()
      const replies = await Promise.allSettled(Array.from({ length: 8 }, () => pay(from, desk)))
      assert.equal(replies.filter(({ status }) => status === 'fulfilled').length, 3)
      assert.equal(await refusal(openDesk({ maxTotalUsdc: price - 1n })), 'credit')
      const shared = openDesk({
        reserveShareBps: 10,
        store: dim.createMemoryOrderStore(dim.deskOrderRecordSchema),
      })
      assert.equal(await refusal(shared), 'reserve')
    })

    it('a failed or overpriced job charges nothing, and the same order can be served again', async () => {
      const desk = openDesk()
      const signedOrder = await openClient().sign(terms())
      const serve = (handle: Handle) => desk.serve({ signedOrder, priceUsdc: price, handle })
      const failed = await serve(async () => {
        throw new Crash('The work failed.')
      })
      assert.equal(failed.status, 'failed')
      const greedy = await serve(async () => ({ value: 1, chargedUsdc: price + 1n, resultCommit: modelKey }))
      assert.ok(greedy.status === 'failed' && greedy.error instanceof dim.OrderChargeTooHighError)
      assert.equal((await serve(answer)).status, 'served')
      assert.deepEqual(await serve(answer), { status: 'refused', reason: 'nonce' })
      await desk.settleAll()
      await desk.reconcile()
      assert.deepEqual(await serve(answer), { status: 'refused', reason: 'nonce' })
    })
  })

  describe('races', () => {
    it('a release: served orders are settled before it is ripe', async () => {
      const [from, desk] = [openClient(), openDesk()]
      const outcomes: dim.SettleOutcome[] = []
      const faults: unknown[] = []
      const unwatch = desk.watch({
        pollingIntervalMs: 20,
        onSettle: (outcome) => outcomes.push(outcome),
        onError: (error) => faults.push(error),
      })
      try {
        const early = await from.sign(terms())
        for (let i = 0; i < 3; i++) await pay(from, desk)
        await mined(from.startRelease({ amountUsdc: usdc(1) }))
        await until(async () => outcomes.flatMap(({ settled }) => settled).length === 3)
        assert.deepEqual(await desk.serve({ signedOrder: early, priceUsdc: price, handle: answer }), {
          status: 'refused',
          reason: 'reserve',
        })
        await assert.rejects(from.sign(terms()), { code: 'ORDER_BUDGET_EXCEEDED', limit: 'reserve' })
      } finally {
        unwatch()
      }
      assert.deepEqual(faults, [])
      await chain.passTime(61)
      await mined(from.finishRelease())
      assert.equal(await reservedOf(alice), 0n)
      const { availableUsdc } = await accountOf(alice.account.address)
      assert.equal(availableUsdc, usdc(10) - 3n * charge)
    })

    it('a cancellation: served orders are settled, the others end', async () => {
      const [from, desk] = [openClient(), openDesk()]
      const unserved = await from.sign(terms())
      const unservedId = dim.JobOrder.hash(chain.deployment, unserved.order)
      await pay(from, desk)
      const { order: served } = (await deskStore.list())[0] as dim.DeskOrderRecord
      const unwatch = desk.watch({ pollingIntervalMs: 20 })
      try {
        const word = served.nonce >> 8n
        // A client that would cheat names what was served.
        await mined(dim.startOrderCancel(alice, { word, mask: 1n << (served.nonce & 255n) }))
        await until(async () => (await earned()) > 0n)
      } finally {
        unwatch()
      }
      assert.equal((await from.startCancels({ orderIds: [unservedId] })).length, 1)
      assert.equal((await from.startCancels({ orderIds: [unservedId] })).length, 0)
      assert.deepEqual(await desk.serve({ signedOrder: unserved, priceUsdc: price, handle: answer }), {
        status: 'refused',
        reason: 'cancelling',
      })
      assert.deepEqual(await from.finishCancels(), [])
      await chain.passTime(61)
      assert.equal((await from.finishCancels()).length, 1)
      const synced = await from.sync()
      assert.deepEqual(synced.cancelled, [unservedId])
      assert.equal(synced.settled.length, 1)
      const threats = await dim.listOrderThreats(chain.reader, { account: alice.account.address })
      assert.deepEqual(
        threats.map(({ kind }) => kind),
        ['cancelStarted', 'cancelStarted'],
      )
    })

    it('a changed fee: what was served is settled at the rates that were signed', async () => {
      const [from, desk] = [openClient(), openDesk()]
      const feeBps = await dim.getFeeBps(chain.reader)
      const early = await from.sign(terms())
      const unwatch = desk.watch({ pollingIntervalMs: 20 })
      try {
        await pay(from, desk)
        await setFee(feeBps + 50)
        await until(async () => (await earned()) > 0n)
      } finally {
        unwatch()
      }
      const expected = charge - shareOf(charge, feeBps) - shareOf(charge, royaltyBps)
      assert.equal(await earned(), expected)
      const history = await dim.getFeeHistory(chain.reader)
      assert.equal(history.previousBps, feeBps)
      const reply = await desk.serve({ signedOrder: early, priceUsdc: price, handle: answer })
      assert.equal(reply.status, 'served')
      await desk.settleAll()
      assert.equal(await earned(), 2n * expected)
    })

    it('a deprecated model: its orders wait and are lost when their time is over, the others are paid', async () => {
      const other = `0x${'cd'.repeat(32)}` as const
      await mined(
        dim.registerModel(modelOwner, { modelKey: other, floorUsdc: 1n, royaltyBps: 0, policy: 'public' }),
      )
      const [from, desk] = [openClient(), openDesk()]
      await pay(from, desk)
      const send = (signedOrder: dim.SignedOrder.SignedOrder) =>
        desk.serve({ signedOrder, priceUsdc: price, handle: answer })
      await from.pay({ ...terms(), modelKey: other, send })
      await mined(dim.deprecateModel(modelOwner, { modelKey: other }))
      const late = await from.sign(terms())
      assert.equal(
        (await desk.serve({ signedOrder: late, priceUsdc: price, handle: answer })).status,
        'served',
      )
      const { settled, skipped } = await desk.settleAll()
      assert.deepEqual([settled.length, skipped.length], [2, 1])
      assert.deepEqual((await states()).sort(), ['served', 'settled', 'settled'])
      await chain.passTime(86_401)
      const { paid, lost } = await desk.reconcile()
      assert.deepEqual([paid.length, lost], [2, skipped])
      assert.deepEqual((await from.sync()).lapsed, skipped)
    })
  })

  async function setFee(feeBps: number) {
    const call = {
      address: chain.deployment.jobEscrow,
      abi: dim.jobEscrowAbi,
      functionName: 'setFee',
    } as const
    const hash = writeContract(owner, {
      ...call,
      args: [feeBps],
      chain: owner.chain ?? null,
      account: owner.account,
    })
    await mined(hash)
  }

  describe('crashes', () => {
    it('between charge and settlement: the next process settles', async () => {
      await pay(openClient(), openDesk())
      assert.equal((await openDesk().settleAll()).settled.length, 1)
    })

    it('between settlement and its note: nothing is settled twice, and the books know it', async () => {
      await pay(openClient(), openDesk())
      let isDead = true
      const dying: typeof deskStore = {
        ...deskStore,
        async update(orderId, change) {
          if (isDead) throw new Crash('The process died.')
          return deskStore.update(orderId, change)
        },
      }
      await assert.rejects(openDesk({ store: dying }).settleAll(), { code: 'CRASH' })
      isDead = false
      assert.deepEqual(await states(), ['served'])
      const after = await earned()
      assert.ok(after > 0n)
      const desk = openDesk({ store: dying })
      assert.deepEqual((await desk.settleAll()).transactions, [])
      assert.equal((await desk.reconcile()).paid.length, 1)
      assert.equal(await earned(), after)
      assert.deepEqual(await deskStore.list(), [])
    })

    it('in the middle of the work: the order counts for nothing, and can be sent again', async () => {
      const from = openClient()
      const signedOrder = await from.sign(terms())
      const started = Promise.withResolvers<void>()
      const dead = openDesk()
      void dead.serve({
        signedOrder,
        priceUsdc: price,
        handle: () => {
          started.resolve()
          return new Promise<never>(() => undefined)
        },
      })
      await started.promise
      assert.deepEqual(await states(), ['taken'])
      const desk = openDesk()
      assert.equal((await desk.getBooks()).creditUsdc, 0n)
      assert.equal((await desk.serve({ signedOrder, priceUsdc: price, handle: answer })).status, 'served')
      assert.equal((await desk.settleAll()).settled.length, 1)
    })

    it('a settlement that a reorganisation undid is due again', async () => {
      await pay(openClient(), openDesk())
      const fork = await chain.test.snapshot()
      await openDesk().settleAll()
      assert.deepEqual(await states(), ['settled'])
      await chain.test.revert({ id: fork })
      const desk = openDesk()
      assert.deepEqual(await desk.reconcile(), { paid: [], lost: [] })
      assert.deepEqual(await states(), ['served'])
      assert.equal((await desk.settleAll()).settled.length, 1)
    })
  })

  describe('dishonest providers', () => {
    it('who settles more than it said gets no further order', async () => {
      const from = openClient()
      const signedOrders: dim.SignedOrder.SignedOrder[] = []
      await from.pay({
        ...terms(),
        send: async (signedOrder) => {
          signedOrders.push(signedOrder)
          const orderId = dim.JobOrder.hash(chain.deployment, signedOrder.order)
          return { status: 'served', value: 1, orderId, chargedUsdc: 1n, resultCommit: commitOf(orderId) }
        },
      })
      const [{ order, signature }] = signedOrders as [dim.SignedOrder.SignedOrder]
      const row = dim.OrderSettlement.parse({
        order: dim.JobOrder.toJson(order),
        resultCommit: commitOf(dim.JobOrder.hash(chain.deployment, order)),
        charged: `${price}`,
        clientSignature: signature,
      })
      assert.equal(await dim.simulateSettleOrders(provider, { settlements: [row] }), 1)
      await mined(dim.settleOrders(provider, { settlements: [row] }))
      const { unfair, settled } = await from.sync()
      assert.deepEqual([unfair.length, settled], [1, []])
      await assert.rejects(from.sign(terms()), { code: 'ORDER_PROVIDER_UNFAIR' })
      await from.sign({ ...terms(), provider: bob.account.address })
    })
  })

  describe('accounts with code', () => {
    it('are refused, or settled at once; one that takes its word back stops there', async () => {
      const wallet = await deployTestWallet(bob)
      await chain.fund(wallet.address, { usdc: usdc(10) })
      await chain.test.impersonateAccount({ address: wallet.address })
      const asWallet = chain.writer(toAccount(wallet.address))
      await mined(dim.approveUsdc(asWallet, { spender: chain.deployment.jobEscrow, amountUsdc: usdc(1) }))
      await mined(dim.deposit(asWallet, { amountUsdc: usdc(1) }))
      await mined(dim.reserve(asWallet, { amountUsdc: usdc(1) }))
      const signed = async (nonce: bigint) => {
        const order = { ...(await openClient(bob).sign(terms())).order, client: wallet.address, nonce }
        const signature = await dim.JobOrder.sign(chain.deployment, order, bob.account as LocalAccount)
        return dim.SignedOrder.parse({ order: dim.JobOrder.toJson(order), signature })
      }
      const [first, second, third] = [await signed(0n), await signed(1n), await signed(2n)]
      const serve = (desk: dim.OrderDesk, signedOrder = first) =>
        desk.serve({ signedOrder, priceUsdc: price, handle: answer })
      assert.deepEqual(await serve(openDesk()), { status: 'refused', reason: 'signature' })
      const desk = openDesk({ takesCode: true })
      assert.equal((await serve(desk)).status, 'served')
      assert.deepEqual(await states(), ['settled'])
      const reply = await desk.serve({
        signedOrder: second,
        priceUsdc: price,
        handle: async (accepted) => {
          await wallet.setMode('refuse')
          return answer(accepted)
        },
      })
      assert.equal(reply.status, 'served')
      assert.deepEqual((await states()).sort(), ['served', 'settled'])
      await wallet.setMode('honest')
      assert.deepEqual(await serve(desk, third), { status: 'refused', reason: 'unsettled' })
      assert.equal((await desk.settleAll()).settled.length, 1)
      assert.equal((await serve(desk, third)).status, 'served')
    })
  })
})
