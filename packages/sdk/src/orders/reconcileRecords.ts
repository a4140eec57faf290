import type { Hex } from 'viem'
import { listSettledOrders } from '../actions/listSettledOrders.ts'
import type { OrderSettled } from '../actions/orderEvents.ts'
import type { DeskOrderRecord } from './deskOrderRecord.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'
import { readFinalTime } from './readFinalTime.ts'
import { readUsedNonces } from './readUsedNonces.ts'

/** What became of orders for good. */
export type ReconcileOutcome = {
  /** Paid in a final block, also by a transaction that a crash kept from the books. */
  readonly paid: readonly OrderSettled[]
  /** Served and never to be paid: the nonce was used elsewhere or cancelled, or the time is over. */
  readonly lost: readonly Hex[]
}

/** Compares the books with the final state of the chain, and forgets what is over. A settlement that a reorganisation undid is due again. */
export function reconcileRecords(context: OrderDeskContext): Promise<ReconcileOutcome> {
  return context.lock('settle', async () => {
    await context.ledger.load()
    const { client, ledger, stuck } = context
    const records = ledger.all().filter(({ state }) => state !== 'taken')
    if (records.length === 0) return { paid: [], lost: [] }
    const finalTime = await readFinalTime(client)
    const usedIds = await readUsedNonces(client, records, 'finalized')
    const used = records.filter(({ orderId }) => usedIds.has(orderId))
    const payments = await paymentsOf(context, used)
    const lost: Hex[] = []
    if (used.length > 0) context.epoch += 1
    for (const { orderId, settleBy } of records) {
      const isPaid = payments.has(orderId)
      if (!isPaid && !usedIds.has(orderId) && finalTime <= settleBy) continue
      if (!isPaid) lost.push(orderId)
      await ledger.remove(orderId)
      stuck.delete(orderId)
    }
    await takeBackUndone(context)
    return { paid: [...payments.values()], lost }
  })
}

/** Asked up to the latest block: it may have become final since the nonces were read. */
async function paymentsOf(
  { client, provider }: OrderDeskContext,
  used: readonly DeskOrderRecord[],
): Promise<Map<Hex, OrderSettled>> {
  const [first] = used.map(({ takenAtBlock }) => takenAtBlock).toSorted((a, b) => Number(a - b))
  if (first === undefined) return new Map()
  const events = await listSettledOrders(client, { provider, fromBlock: first })
  const known = new Set<Hex>(used.map(({ orderId }) => orderId))
  return new Map(events.filter(({ orderId }) => known.has(orderId)).map((event) => [event.orderId, event]))
}

async function takeBackUndone({ client, ledger }: OrderDeskContext): Promise<void> {
  const settled = ledger.all().filter(({ state }) => state === 'settled')
  if (settled.length === 0) return
  const usedIds = await readUsedNonces(client, settled, 'latest')
  for (const record of settled) {
    if (!usedIds.has(record.orderId)) await ledger.change(record, { state: 'served' })
  }
}
