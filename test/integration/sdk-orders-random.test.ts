import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as dim from '@dim/sdk'
import fc from 'fast-check'
import { type Hex, sha256, toHex } from 'viem'
import { startChain, type TestChain } from '../support/chain.ts'

class Crash extends dim.BaseError {
  override readonly code = 'CRASH'
}

const modelKey = `0x${'ab'.repeat(32)}` as const
const reserveUsdc = 2_000n
const maxOutstandingUsdc = 600n

/** What happens to one request, or to one side between two requests. */
const priceUsdc = fc.bigInt({ min: 1n, max: 60n })
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constant('pay'), priceUsdc }) },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constantFrom(
        'work-fails',
        'order-lost',
        'answer-lost',
        'crash-at-write-1',
        'crash-at-write-2',
      ),
      priceUsdc,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom(
        'settle',
        'settle-unnoted',
        'reconcile',
        'sync',
        'desk-restarts',
        'client-restarts',
      ),
      priceUsdc: fc.constant(0n),
    }),
  },
)
type Step = { what: string; priceUsdc: bigint }

describe('orders under any sequence of faults', () => {
  let chain: TestChain
  let snapshot: Hex
  let buyer: dim.Writer
  let seller: dim.Writer

  before(async () => {
    chain = await startChain()
    ;[buyer, seller] = chain.accounts.slice(1, 3).map((account) => chain.writer(account)) as [
      dim.Writer,
      dim.Writer,
    ]
    const terms = { floorUsdc: 1n, royaltyBps: 250, policy: 'public' } as const
    await mined(dim.registerModel(buyer, { modelKey, ...terms }))
    await mined(dim.approveUsdc(buyer, { spender: chain.deployment.jobEscrow, amountUsdc: reserveUsdc }))
    await mined(dim.deposit(buyer, { amountUsdc: reserveUsdc }))
    await mined(dim.reserve(buyer, { amountUsdc: reserveUsdc }))
    snapshot = await chain.test.snapshot()
  })
  after(() => chain.close())

  const mined = async (hash: Promise<Hex>) => dim.waitForTransaction(chain.reader, { hash: await hash })
  const openClient = (store: dim.ClientOrderStore) =>
    dim.createOrderClient(buyer, { store, maxOrderUsdc: 60n, maxOutstandingUsdc })
  const openDesk = (store: dim.OrderStore<dim.DeskOrderRecord>) =>
    dim.createOrderDesk(seller, {
      store,
      maxClientUsdc: maxOutstandingUsdc,
      maxTotalUsdc: maxOutstandingUsdc,
      chainStateMaxAgeMs: 0,
      maxRows: 4,
    })

  function openWorld() {
    const clientStore = dim.createMemoryClientOrderStore()
    const deskStore = dim.createMemoryOrderStore(dim.deskOrderRecordSchema)
    return {
      clientStore,
      deskStore,
      client: openClient(clientStore),
      desk: openDesk(deskStore),
      /** What was charged, by order, as the test counts it. */
      charged: new Map<Hex, bigint>(),
      nonces: new Set<bigint>(),
    }
  }
  type World = ReturnType<typeof openWorld>

  /** A desk of a process that dies at one of its writes. */
  function dyingDesk({ deskStore }: World, failing: number) {
    let writes = 0
    const die = () => Promise.reject(new Crash('the disk'))
    const update: typeof deskStore.update = (id, change) =>
      ++writes >= failing ? die() : deskStore.update(id, change)
    const remove: typeof deskStore.delete = (id) => (writes >= failing ? die() : deskStore.delete(id))
    return openDesk({ ...deskStore, update, delete: remove })
  }

  async function request(world: World, { what, priceUsdc }: Step): Promise<void> {
    const isDying = what.startsWith('crash')
    const desk = isDying ? dyingDesk(world, Number(what.at(-1))) : world.desk
    const chargedUsdc = priceUsdc - priceUsdc / 3n
    const send = async (signedOrder: dim.SignedOrder.SignedOrder) => {
      assert.ok(!world.nonces.has(signedOrder.order.nonce), 'the same nonce twice')
      world.nonces.add(signedOrder.order.nonce)
      if (what === 'order-lost') throw new Crash('on the way')
      const reply = await desk.serve({
        signedOrder,
        priceUsdc,
        handle: async ({ orderId }) => {
          if (what === 'work-fails') throw new Crash('the model')
          return { value: 'answer', chargedUsdc, resultCommit: sha256(orderId) }
        },
      })
      if (reply.status === 'served') world.charged.set(reply.orderId, reply.chargedUsdc)
      if (what === 'answer-lost') throw new Crash('on the way back')
      return reply
    }
    const terms = { provider: seller.account.address, modelKey, inputCommit: toHex(1, { size: 32 }) }
    const failure = await world.client.pay({ ...terms, priceUsdc, send }).then(
      () => undefined,
      (error: unknown) => error as dim.BaseError,
    )
    if (isDying) world.desk = openDesk(world.deskStore)
    const expected =
      what === 'pay' ? ['ORDER_BUDGET_EXCEEDED'] : ['CRASH', 'ORDER_REQUEST_FAILED', 'ORDER_BUDGET_EXCEEDED']
    if (what !== 'pay') assert.ok(failure !== undefined)
    if (failure !== undefined) assert.ok(expected.includes(failure.code), String(failure))
  }

  async function act(world: World, one: Step): Promise<void> {
    switch (one.what) {
      case 'settle':
        await world.desk.settleAll()
        break
      case 'settle-unnoted':
        // Its transaction is sent, and the process dies before it notes so.
        await dyingDesk(world, 1)
          .settleAll()
          .catch((error: dim.BaseError) => assert.equal(error.code, 'CRASH'))
        world.desk = openDesk(world.deskStore)
        break
      case 'reconcile':
        assert.deepEqual((await world.desk.reconcile()).lost, [])
        break
      case 'sync':
        assert.deepEqual((await world.client.sync()).unfair, [])
        break
      case 'desk-restarts':
        world.desk = openDesk(world.deskStore)
        break
      case 'client-restarts':
        world.client = openClient(world.clientStore)
        break
      default:
        await request(world, one)
    }
    const { outstandingUsdc } = await world.client.getOutstanding()
    assert.ok(outstandingUsdc <= maxOutstandingUsdc)
    assert.ok((await world.desk.getBooks()).creditUsdc <= maxOutstandingUsdc)
  }

  async function conclude(world: World): Promise<void> {
    const { skipped } = await world.desk.settleAll()
    await world.desk.reconcile()
    // What a settlement that was not noted paid is skipped, and found by the look at the chain.
    assert.deepEqual((await world.desk.settleAll()).skipped, [], `skipped before: ${skipped}`)
    assert.deepEqual(await world.deskStore.list(), [])
    const paid = await dim.listSettledOrders(chain.reader, { provider: seller.account.address })
    const sums = paid.map(
      ({ orderId, toProviderUsdc, feeUsdc, royaltyUsdc }) =>
        [orderId, toProviderUsdc + feeUsdc + royaltyUsdc] as const,
    )
    assert.equal(new Set(sums.map(([orderId]) => orderId)).size, sums.length, 'an order was paid twice')
    assert.deepEqual(new Map(sums.toSorted()), new Map([...world.charged].toSorted()))
    const total = sums.reduce((sum, [, amount]) => sum + amount, 0n)
    const { reservedUsdc } = await dim.getEscrowAccount(chain.reader, { account: buyer.account.address })
    assert.equal(reservedUsdc, reserveUsdc - total)
    const { availableUsdc } = await dim.getEscrowAccount(chain.reader, { account: seller.account.address })
    assert.equal(
      availableUsdc,
      paid.reduce((sum, { toProviderUsdc }) => sum + toProviderUsdc, 0n),
    )
    assert.deepEqual((await world.client.sync()).unfair, [])
  }

  it('everything that was charged is paid once, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        await chain.test.revert({ id: snapshot })
        snapshot = await chain.test.snapshot()
        const world = openWorld()
        for (const one of steps) await act(world, one)
        await conclude(world)
      }),
      { numRuns: 15 },
    )
  })
})
