import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import * as dim from '@dim/sdk'
import { writeContract } from 'viem/actions'
import { Crash, type OrderWorld, orderTerms, shareOf, startOrderWorld, usdc } from '../support/orderWorld.ts'
import { until } from '../support/until.ts'

const { price, charge, modelKey, royaltyBps } = orderTerms

describe('orders between two who do not wait', () => {
  let world: OrderWorld

  before(async () => {
    world = await startOrderWorld()
  })
  after(() => world.chain.close())
  beforeEach(() => world.begin())
  afterEach(() => world.end())

  describe('races', () => {
    it('a release: served orders are settled before it is ripe', async () => {
      const [from, desk] = [world.openClient(), world.openDesk()]
      const outcomes: dim.SettleOutcome[] = []
      const faults: unknown[] = []
      const unwatch = desk.watch({
        pollingIntervalMs: 20,
        onSettle: (outcome) => outcomes.push(outcome),
        onError: (error) => faults.push(error),
      })
      try {
        const early = await from.sign(world.terms())
        for (let i = 0; i < 3; i++) await world.pay(from, desk)
        await world.mined(from.startRelease({ amountUsdc: usdc(1) }))
        await until(async () => outcomes.flatMap(({ settled }) => settled).length === 3)
        assert.deepEqual(await desk.serve({ signedOrder: early, priceUsdc: price, handle: world.answer }), {
          status: 'refused',
          reason: 'reserve',
        })
        await assert.rejects(from.sign(world.terms()), { code: 'ORDER_BUDGET_EXCEEDED', limit: 'reserve' })
      } finally {
        unwatch()
      }
      assert.deepEqual(faults, [])
      await world.chain.passTime(61)
      await world.mined(from.finishRelease())
      assert.equal(await world.reservedOf(world.alice), 0n)
      const { availableUsdc } = await world.accountOf(world.alice.account.address)
      assert.equal(availableUsdc, usdc(10) - 3n * charge)
    })

    it('a cancellation: served orders are settled, the others end', async () => {
      const [from, desk] = [world.openClient(), world.openDesk()]
      const unserved = await from.sign(world.terms())
      const unservedId = dim.JobOrder.hash(world.chain.deployment, unserved.order)
      await world.pay(from, desk)
      const { order: served } = (await world.deskStore.list())[0] as dim.DeskOrderRecord
      const unwatch = desk.watch({ pollingIntervalMs: 20 })
      try {
        const word = served.nonce >> 8n
        // A client that would cheat names what was served.
        await world.mined(dim.startOrderCancel(world.alice, { word, mask: 1n << (served.nonce & 255n) }))
        await until(async () => (await world.earned()) > 0n)
      } finally {
        unwatch()
      }
      assert.equal((await from.startCancels({ orderIds: [unservedId] })).length, 1)
      assert.equal((await from.startCancels({ orderIds: [unservedId] })).length, 0)
      assert.deepEqual(await desk.serve({ signedOrder: unserved, priceUsdc: price, handle: world.answer }), {
        status: 'refused',
        reason: 'cancelling',
      })
      assert.deepEqual(await from.finishCancels(), [])
      await world.chain.passTime(61)
      assert.equal((await from.finishCancels()).length, 1)
      const synced = await from.sync()
      assert.deepEqual(synced.cancelled, [unservedId])
      assert.equal(synced.settled.length, 1)
      const threats = await dim.listOrderThreats(world.chain.reader, { account: world.alice.account.address })
      assert.deepEqual(
        threats.map(({ kind }) => kind),
        ['cancelStarted', 'cancelStarted'],
      )
    })

    it('a changed fee: what was served is settled at the rates that were signed', async () => {
      const [from, desk] = [world.openClient(), world.openDesk()]
      const feeBps = await dim.getFeeBps(world.chain.reader)
      const early = await from.sign(world.terms())
      const unwatch = desk.watch({ pollingIntervalMs: 20 })
      try {
        await world.pay(from, desk)
        await setFee(feeBps + 50)
        await until(async () => (await world.earned()) > 0n)
      } finally {
        unwatch()
      }
      const expected = charge - shareOf(charge, feeBps) - shareOf(charge, royaltyBps)
      assert.equal(await world.earned(), expected)
      const history = await dim.getFeeHistory(world.chain.reader)
      assert.equal(history.previousBps, feeBps)
      const reply = await desk.serve({ signedOrder: early, priceUsdc: price, handle: world.answer })
      assert.equal(reply.status, 'served')
      await desk.settleAll()
      assert.equal(await world.earned(), 2n * expected)
    })

    it('a deprecated model: what was served before is paid, and nothing more is served', async () => {
      const [from, desk] = [world.openClient(), world.openDesk()]
      const late = await from.sign(world.terms())
      const unwatch = desk.watch({ pollingIntervalMs: 20 })
      try {
        await world.pay(from, desk)
        await world.mined(dim.deprecateModel(world.modelOwner, { modelKey }))
        await until(async () => (await world.earned()) > 0n)
      } finally {
        unwatch()
      }
      const reply = await desk.serve({ signedOrder: late, priceUsdc: price, handle: world.answer })
      assert.deepEqual(reply, { status: 'refused', reason: 'model' })
    })

    it('a reserve that others used up: as many are paid as it covers, the rest is lost when its time is over', async () => {
      const [from, desk] = [world.openClient(), world.openDesk()]
      for (let i = 0; i < 3; i++) await world.pay(from, desk)
      await world.mined(from.startRelease({ amountUsdc: usdc(1) - charge }))
      await world.chain.passTime(61)
      await world.mined(from.finishRelease())
      const { settled, skipped } = await desk.settleAll()
      assert.deepEqual([settled.length, skipped.length], [1, 2])
      assert.deepEqual(await world.states(), ['served', 'served', 'settled'])
      assert.equal(await world.reservedOf(world.alice), 0n)
      await world.chain.passTime(86_401)
      const { paid, lost } = await desk.reconcile()
      assert.deepEqual([paid.length, lost.length, await world.states()], [1, 2, []])
      const synced = await from.sync()
      assert.deepEqual([synced.settled.length, synced.lapsed.length], [1, 2])
    })

    it('a reserve that another provider emptied for a while: what was skipped is paid before its end', async () => {
      const [from, desk] = [world.openClient(), world.openDesk()]
      await world.pay(from, desk)
      await emptyReserve()
      await world.pay(world.openClient(world.bob), desk)
      const settled: string[] = []
      const unwatch = desk.watch({
        pollingIntervalMs: 20,
        onSettle: (outcome) => settled.push(...outcome.settled),
      })
      try {
        await until(async () => settled.length === 1)
        await world.mined(from.reserve({ amountUsdc: usdc(1) }))
        await world.chain.passTime(86_400 - 40)
        await until(async () => settled.length === 2)
      } finally {
        unwatch()
      }
      assert.equal(await world.reservedOf(world.alice), usdc(1) - charge)
    })
  })

  /** An order for all of it, signed behind the back of the client's books. */
  async function emptyReserve() {
    const store = dim.createMemoryClientOrderStore()
    const hidden = world.openClient(world.alice, { store, maxOrderUsdc: usdc(1) })
    const terms = { ...world.terms(usdc(1)), provider: world.bob.account.address }
    const { order, signature } = await hidden.sign(terms)
    const row = { order, resultCommit: modelKey, charged: usdc(1), clientSignature: signature }
    await world.mined(dim.settleOrders(world.bob, { settlements: [row] }))
  }

  async function setFee(feeBps: number) {
    const call = {
      address: world.chain.deployment.jobEscrow,
      abi: dim.jobEscrowAbi,
      functionName: 'setFee',
    } as const
    const hash = writeContract(world.owner, {
      ...call,
      args: [feeBps],
      chain: world.owner.chain ?? null,
      account: world.owner.account,
    })
    await world.mined(hash)
  }

  describe('crashes', () => {
    it('between charge and settlement: the next process settles', async () => {
      await world.pay(world.openClient(), world.openDesk())
      assert.equal((await world.openDesk().settleAll()).settled.length, 1)
    })

    it('between settlement and its note: nothing is settled twice, and the books know it', async () => {
      await world.pay(world.openClient(), world.openDesk())
      let isDead = true
      const dying: typeof world.deskStore = {
        ...world.deskStore,
        async update(orderId, change) {
          if (isDead) throw new Crash('The process died.')
          return world.deskStore.update(orderId, change)
        },
      }
      await assert.rejects(world.openDesk({ store: dying }).settleAll(), { code: 'CRASH' })
      isDead = false
      assert.deepEqual(await world.states(), ['served'])
      const after = await world.earned()
      assert.ok(after > 0n)
      const desk = world.openDesk({ store: dying })
      assert.deepEqual((await desk.settleAll()).transactions, [])
      assert.equal((await desk.reconcile()).paid.length, 1)
      assert.equal(await world.earned(), after)
      assert.deepEqual(await world.deskStore.list(), [])
    })

    it('in the middle of the work: the order counts for nothing, and can be sent again', async () => {
      const from = world.openClient()
      const signedOrder = await from.sign(world.terms())
      const started = Promise.withResolvers<void>()
      const dead = world.openDesk()
      void dead.serve({
        signedOrder,
        priceUsdc: price,
        handle: () => {
          started.resolve()
          return new Promise<never>(() => undefined)
        },
      })
      await started.promise
      assert.deepEqual(await world.states(), ['taken'])
      const desk = world.openDesk()
      assert.equal((await desk.getBooks()).creditUsdc, 0n)
      assert.equal(
        (await desk.serve({ signedOrder, priceUsdc: price, handle: world.answer })).status,
        'served',
      )
      assert.equal((await desk.settleAll()).settled.length, 1)
    })

    it('a settlement that a reorganisation undid is due again', async () => {
      await world.pay(world.openClient(), world.openDesk())
      const fork = await world.chain.test.snapshot()
      await world.openDesk().settleAll()
      assert.deepEqual(await world.states(), ['settled'])
      await world.chain.test.revert({ id: fork })
      const desk = world.openDesk()
      assert.deepEqual(await desk.reconcile(), { paid: [], lost: [] })
      assert.deepEqual(await world.states(), ['served'])
      assert.equal((await desk.settleAll()).settled.length, 1)
    })
  })
})
