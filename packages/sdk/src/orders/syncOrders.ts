import type { Hex } from 'viem'
import { listSettledOrders } from '../actions/listSettledOrders.ts'
import type { OrderSettled } from '../actions/orderEvents.ts'
import type { ClientOrderRecord } from './clientOrderRecord.ts'
import type { OrderClientContext } from './orderClientContext.ts'
import { ownOrders } from './ownOrders.ts'
import { readFinalTime } from './readFinalTime.ts'
import { readUsedNonces } from './readUsedNonces.ts'

/** What became of orders since the last look, as far as it is final. */
export type SyncOutcome = {
  /** Paid as the provider said. */
  readonly settled: readonly OrderSettled[]
  /** Paid although not served, for more than was said or for another result; the provider gets no further order. */
  readonly unfair: readonly OrderSettled[]
  readonly cancelled: readonly Hex[]
  /** Nobody settled them in time. */
  readonly lapsed: readonly Hex[]
}

/** Looks up what became of the signed orders, and forgets those that are over. */
export async function syncOrders(context: OrderClientContext): Promise<SyncOutcome> {
  const { client, store } = context
  const records = (await ownOrders(context)).filter(({ state }) => state !== 'unfair')
  const finalTime = await readFinalTime(client)
  const usedIds = await readUsedNonces(client, records, 'finalized')
  const used = records.filter(({ orderId }) => usedIds.has(orderId))
  const payments = await paymentsOf(context, used)
  const outcome = { settled: [], unfair: [], cancelled: [], lapsed: [] } as Mutable<SyncOutcome>
  for (const record of records) {
    const { orderId, order } = record
    const payment = payments.get(orderId)
    if (payment !== undefined && !isFair(record, payment)) {
      outcome.unfair.push(payment)
      await store.update(orderId, (stored) => ({ ...(stored ?? record), state: 'unfair' }))
      continue
    }
    if (payment !== undefined) outcome.settled.push(payment)
    else if (usedIds.has(orderId)) outcome.cancelled.push(orderId)
    else if (finalTime > order.submitBy) outcome.lapsed.push(orderId)
    else continue
    await store.delete(orderId)
  }
  return outcome
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

/** Asked up to the latest block: it may have become final since the nonces were read. */
async function paymentsOf(
  { client, signer }: OrderClientContext,
  used: readonly ClientOrderRecord[],
): Promise<Map<Hex, OrderSettled>> {
  const [first] = used.map(({ signedAtBlock }) => signedAtBlock).toSorted((a, b) => Number(a - b))
  if (first === undefined) return new Map()
  const events = await listSettledOrders(client, { account: signer.address, fromBlock: first })
  const known = new Set<Hex>(used.map(({ orderId }) => orderId))
  return new Map(events.filter(({ orderId }) => known.has(orderId)).map((event) => [event.orderId, event]))
}

/** An order whose answer never came may have been served: then its price is the bound. */
function isFair(
  { state, order, chargedUsdc, resultCommit }: ClientOrderRecord,
  payment: OrderSettled,
): boolean {
  const paidUsdc = payment.toProviderUsdc + payment.feeUsdc + payment.royaltyUsdc
  if (state === 'open') return paidUsdc <= order.price
  if (state === 'unserved') return paidUsdc === 0n
  return paidUsdc <= (chargedUsdc ?? 0n) && payment.resultCommit === resultCommit
}
