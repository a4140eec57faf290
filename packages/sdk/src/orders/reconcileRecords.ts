import type { Hex } from 'viem'
import { listSettledOrders } from '../actions/listSettledOrders.ts'
import type { OrderSettled } from '../actions/orderEvents.ts'
import type { DeskOrderRecord } from './deskOrderRecord.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'
import { readFinalBlock } from './readFinalBlock.ts'
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
    const final = await readFinalBlock(client)
    const usedIds = await readUsedNonces(client, records, 'finalized')
    const payments = await paymentsOf(context, records, { usedIds, toBlock: final.number })
    const lost: Hex[] = []
    context.epoch += 1
    for (const { orderId, settleBy } of records) {
      const isPaid = payments.has(orderId)
      if (!isPaid && !usedIds.has(orderId) && final.time <= settleBy) continue
      if (!isPaid) lost.push(orderId)
      await ledger.remove(orderId)
      stuck.delete(orderId)
    }
    await takeBackUndone(context)
    return { paid: [...payments.values()], lost }
  })
}

async function paymentsOf(
  { client, provider }: OrderDeskContext,
  records: readonly DeskOrderRecord[],
  { usedIds, toBlock }: { usedIds: Set<Hex>; toBlock: bigint },
): Promise<Map<Hex, OrderSettled>> {
  const used = records.filter(({ orderId }) => usedIds.has(orderId))
  if (used.length === 0) return new Map()
  const fromBlock = used.reduce((least, { takenAtBlock: at }) => (at < least ? at : least), toBlock)
  const events = await listSettledOrders(client, { provider, fromBlock, toBlock })
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
