import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import fc from 'fast-check'
import { toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Writer } from '../client.ts'
import * as JobOrder from '../messages/jobOrder.ts'
import type { SignedOrder } from '../messages/signedOrder.ts'
import { createKeyedLock } from '../utils/keyedLock.ts'
import { deskOrderRecordSchema, type ServedRecord } from './deskOrderRecord.ts'
import { createMemoryOrderStore } from './memoryOrderStore.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'
import { createOrderLedger } from './orderLedger.ts'
import { takeOrder } from './takeOrder.ts'

const hash = (number: number) => toHex(number, { size: 32 }) as ServedRecord['orderId']
const [provider, ...clients] = [1, 2, 3, 4].map((n) => privateKeyToAccount(hash(n))) as [
  ReturnType<typeof privateKeyToAccount>,
  ...ReturnType<typeof privateKeyToAccount>[],
]
const dim = {
  chainId: 31_337,
  jobEscrow: '0x00000000000000000000000000000000000000e1',
} as unknown as Writer['dim']
const now = 1_000_000
const caps = { maxClientUsdc: 5_000n, maxTotalUsdc: 9_000n }
const reserves = new Map(clients.map(({ address }, i) => [address, [3_000n, 6_000n, 20_000n][i] ?? 0n]))

const account = (reservedUsdc: bigint, releasingUsdc = 0n) => ({ reservedUsdc, releasingUsdc })
const word = (used = 0n, cancelling = 0n) => ({ used, cancelling, ripeAt: cancelling === 0n ? 0 : 9 })
const answers: Readonly<Record<string, (rest: string) => unknown>> = {
  block: () => ({ number: 1n, timestamp: BigInt(now) }),
  fee: () => 100,
  model: () => ({ status: 'active', policy: 'public', royaltyBps: 50 }),
  nonces: () => [word(), word()],
  feeHistory: () => ({ previousBps: 90, changedAt: now - 60 }),
  reserve: (address) => {
    const reservedUsdc = reserves.get(address as `0x${string}`) ?? 0n
    return [account(reservedUsdc), account(reservedUsdc)]
  },
}

/** What the chain says stands in place of the chain: the decision itself is under test, and the chain's part on a real chain elsewhere. */
function deskOf(changes: Partial<typeof answers> = {}): OrderDeskContext {
  const store = createMemoryOrderStore(deskOrderRecordSchema)
  const recall = async <T>(key: string) => {
    const [kind = '', ...rest] = key.split(' ')
    return (changes[kind] ?? answers[kind])?.(rest[0] ?? '') as T
  }
  return {
    client: { dim, account: provider } as unknown as Writer,
    provider: provider.address,
    store,
    policy: {
      ...caps,
      reserveShareBps: 10_000,
      minOrderSeconds: 1_800,
      settleMarginSeconds: 900,
      settleAboveUsdc: 1n,
      settleAfterSeconds: 1,
      maxRows: 100,
      takesCode: false,
    },
    lock: createKeyedLock(),
    ledger: createOrderLedger(store, provider.address),
    recall,
    leaving: new Set(),
    changedModels: new Set(),
    stuck: new Set(),
    serving: new Set(),
    epoch: 0,
    isClosed: false,
    isUrgent: false,
  }
}

async function signedOrder(client: number, changes: Partial<JobOrder.JobOrder> = {}): Promise<SignedOrder> {
  const signer = clients[client] as (typeof clients)[number]
  const order: JobOrder.JobOrder = {
    client: signer.address,
    provider: provider.address,
    modelKey: hash(7),
    inputCommit: hash(8),
    price: 1_000n,
    submitBy: now + 3_600,
    feeBps: 100,
    royaltyBps: 50,
    nonce: 0n,
    ...changes,
  }
  return { order, signature: (await JobOrder.sign(dim, order, signer)) as SignedOrder['signature'] }
}

const take = async (desk: OrderDeskContext, signed: SignedOrder, priceUsdc = 1n) => {
  const taken = await takeOrder(desk, signed, priceUsdc)
  return typeof taken === 'string' ? taken : taken.state
}

describe('takeOrder', () => {
  it('takes what the chain would pay and stores it first', async () => {
    const desk = deskOf()
    const signed = await signedOrder(0)
    assert.equal(await take(desk, signed), 'taken')
    const [stored] = await desk.store.list()
    assert.deepEqual(stored?.order, signed.order)
    assert.equal(await take(desk, signed), 'nonce')
  })

  it('says what is wrong with an order', async () => {
    const desk = deskOf()
    const refused = async (changes: Partial<JobOrder.JobOrder>) => take(desk, await signedOrder(2, changes))
    assert.equal(await refused({ provider: hash(1).slice(0, 42) as `0x${string}` }), 'provider')
    assert.equal(await refused({ price: 0n }), 'price')
    assert.equal(await refused({ submitBy: now + 1_799 }), 'late')
    assert.equal(await refused({ feeBps: 80 }), 'rates')
    assert.equal(await refused({ client: clients[1]?.address as `0x${string}` }), 'signature')
    assert.equal(await refused({ price: 5_001n }), 'credit')
    assert.equal(await take(desk, await signedOrder(0, { price: 3_001n })), 'reserve')
    assert.deepEqual(await desk.store.list(), [])
  })

  it('takes the rates before a change for as long as they can be settled, and no longer', async () => {
    const desk = deskOf()
    assert.equal(await take(desk, await signedOrder(2, { feeBps: 90 })), 'taken')
    const changedAt = now - 30 * 86_400
    const ending = (seconds: number) =>
      deskOf({ feeHistory: () => ({ previousBps: 90, changedAt: changedAt + seconds }) })
    const order = await signedOrder(2, { feeBps: 90, submitBy: now + 86_400 })
    assert.equal(await take(ending(1_800), order), 'rates')
    const late = ending(1_801)
    assert.equal(await take(late, order), 'taken')
    assert.equal(late.ledger.all()[0]?.settleBy, now + 1_800)
  })

  it('refuses models, nonces and reserves that are on their way out', async () => {
    const signed = await signedOrder(2)
    const said = (changes: Partial<typeof answers>) => take(deskOf(changes), signed)
    assert.equal(await said({ model: () => undefined }), 'model')
    assert.equal(
      await said({ model: () => ({ status: 'active', policy: 'private', royaltyBps: 50 }) }),
      'model',
    )
    const nonces = (latest: unknown, final: unknown) => said({ nonces: () => [latest, final] })
    assert.equal(await nonces(word(1n), word()), 'nonce')
    assert.equal(await nonces(word(0n, 1n), word()), 'cancelling')
    assert.equal(await nonces(word(2n, 2n), word(2n, 2n)), 'taken')
    const reserve = (latest: unknown, final: unknown) => said({ reserve: () => [latest, final] })
    assert.equal(await reserve(account(1_000n), account(999n)), 'reserve')
    assert.equal(await reserve(account(1_000n, 1n), account(1_000n)), 'reserve')
    assert.equal(await reserve(account(500n, 1_000n), account(1_000n)), 'reserve')
    assert.equal(await reserve(account(1_001n, 1n), account(1_001n)), 'taken')
  })

  it('refuses what was called off in a block that is not final', async () => {
    const signed = await signedOrder(2)
    const said = (changes: Partial<typeof answers>) => take(deskOf(changes), signed)
    assert.equal(await said({ nonces: () => [word(), word(0n, 1n)] }), 'cancelling')
    assert.equal(await said({ nonces: () => [word(), word(1n)] }), 'nonce')
    assert.equal(await said({ reserve: () => [account(1_000n), account(1_000n, 1n)] }), 'reserve')
    assert.equal(await said({ reserve: () => [account(1_001n), account(1_001n, 1n)] }), 'taken')
  })

  it('looks again when a settlement went through while it looked', async () => {
    let looks = 0
    const desk: OrderDeskContext = deskOf({
      reserve: () => {
        looks += 1
        if (looks === 1) desk.epoch += 1
        return [account(looks === 1 ? 20_000n : 0n), account(20_000n)]
      },
    })
    assert.equal(await take(desk, await signedOrder(2)), 'reserve')
    assert.equal(looks, 2)
  })
})

describe('credit', () => {
  const pool: SignedOrder[] = []
  before(async () => {
    for (const [client] of clients.entries()) {
      for (let i = 0; i < 12; i++) {
        const price = BigInt(300 + 450 * (i % 5))
        pool.push(await signedOrder(client, { nonce: BigInt(i % 10), price, inputCommit: hash(i) }))
      }
    }
  })

  it('property: no client owes more than its cap and its reserve, nor all more than theirs, and no nonce counts twice', async () => {
    const index = fc.nat(35)
    const step = fc.oneof(
      fc.record({
        do: fc.constant('take' as const),
        orders: fc.array(index, { minLength: 1, maxLength: 6 }),
      }),
      fc.record({ do: fc.constantFrom('serve' as const, 'settle' as const, 'fail' as const), which: index }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const desk = deskOf()
        for (const one of steps) {
          if (one.do === 'take') {
            await Promise.all(one.orders.map((i) => takeOrder(desk, pool[i] as SignedOrder, 1n)))
          } else await moveOn(desk, one)
          assertCaps(desk)
        }
      }),
      { numRuns: 40 },
    )
  })

  async function moveOn(desk: OrderDeskContext, step: { do: 'serve' | 'settle' | 'fail'; which: number }) {
    const records = desk.ledger.all()
    const record = records[step.which % Math.max(records.length, 1)]
    if (record === undefined) return
    const served = { chargedUsdc: record.order.price / 2n, resultCommit: hash(1) }
    if (step.do === 'fail' && record.state === 'taken') await desk.ledger.remove(record.orderId)
    if (step.do === 'serve' && record.state === 'taken')
      await desk.ledger.change(record, { state: 'served', served })
    if (step.do === 'settle' && record.state === 'served')
      await desk.ledger.change(record, { state: 'settled' })
  }

  function assertCaps({ ledger }: OrderDeskContext) {
    const records = ledger.all()
    const owed = (client?: `0x${string}`) =>
      records
        .filter(
          ({ state, order }) => state !== 'settled' && (client === undefined || order.client === client),
        )
        .reduce((sum, { order, served }) => sum + (served?.chargedUsdc ?? order.price), 0n)
    assert.ok(owed() <= caps.maxTotalUsdc)
    for (const { address } of clients) {
      assert.ok(owed(address) <= caps.maxClientUsdc)
      assert.ok(owed(address) <= (reserves.get(address) ?? 0n))
    }
    assert.equal(new Set(records.map(({ order }) => `${order.client} ${order.nonce}`)).size, records.length)
  }
})
