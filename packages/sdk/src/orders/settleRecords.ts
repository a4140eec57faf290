import { type Hash, type Hex, type Log, parseEventLogs } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import { settleOrders } from '../actions/settleOrders.ts'
import { waitForTransaction } from '../actions/waitForTransaction.ts'
import type { ServedRecord } from './deskOrderRecord.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'
import { payableRecords } from './payableRecords.ts'
import { inSettlementOrder, toSettlement } from './toSettlement.ts'

/** What a round of settlements brought; amounts in USDC 1e-6. */
export type SettleOutcome = {
  /** Paid now; after fee and royalty, `earnedUsdc` of it. */
  readonly settled: readonly Hex[]
  readonly earnedUsdc: bigint
  readonly transactions: readonly Hash[]
  /** Orders that the chain would not pay now; they stay and are tried again. */
  readonly skipped: readonly Hex[]
}

/** Settles the wanted orders among those that were served, in batches; one round at a time. */
export function settleRecords(
  context: OrderDeskContext,
  isWanted: (record: ServedRecord) => boolean,
): Promise<SettleOutcome> {
  return context.lock('settle', async () => {
    await context.ledger.load()
    const wanted = context.ledger.served().filter(isWanted)
    const outcome = { settled: [] as Hex[], earnedUsdc: 0n, transactions: [] as Hash[], skipped: [] as Hex[] }
    for (const records of batchesOf(wanted, context.policy.maxRows)) {
      const batch = await settleBatch(context, records)
      outcome.settled.push(...batch.settled)
      outcome.earnedUsdc += batch.earnedUsdc
      outcome.transactions.push(...batch.transactions)
      outcome.skipped.push(...batch.skipped)
    }
    return outcome
  })
}

/** Orders of accounts with code go each alone: what their code does to a transaction spoils no other order. */
function batchesOf(records: readonly ServedRecord[], maxRows: number): readonly ServedRecord[][] {
  const byKey = inSettlementOrder(records.filter(({ signedBy }) => signedBy === 'key'))
  const byCode = records.filter(({ signedBy }) => signedBy === 'code')
  const count = Math.ceil(byKey.length / maxRows)
  const batches = Array.from({ length: count }, (_, i) => byKey.slice(i * maxRows, (i + 1) * maxRows))
  return [...batches, ...byCode.map((record) => [record])]
}

async function settleBatch(
  context: OrderDeskContext,
  records: readonly ServedRecord[],
): Promise<SettleOutcome> {
  const { client, stuck } = context
  const payable = await payableRecords(context, records)
  const paid = payable.length === 0 ? undefined : await send()
  const settled = paid?.settled ?? []
  const skipped = records.map(({ orderId }) => orderId).filter((orderId) => !settled.includes(orderId))
  for (const orderId of skipped) stuck.add(orderId)
  return { settled, earnedUsdc: paid?.earnedUsdc ?? 0n, transactions: paid?.transactions ?? [], skipped }

  async function send() {
    const hash = await settleOrders(client, { settlements: payable.map(toSettlement) })
    const { logs } = await waitForTransaction(client, { hash })
    context.epoch += 1
    return { ...(await noteSettled(context, payable, logs)), transactions: [hash] }
  }
}

async function noteSettled(
  { ledger, stuck }: OrderDeskContext,
  records: readonly ServedRecord[],
  logs: Log[],
) {
  const events = parseEventLogs({ abi: jobEscrowAbi, eventName: 'OrderSettled', logs })
  const paid = new Map<Hex, bigint>(events.map(({ args }) => [args.orderId, args.toProvider]))
  const settled = records.filter(({ orderId }) => paid.has(orderId))
  for (const record of settled) {
    await ledger.change(record, { state: 'settled' })
    stuck.delete(record.orderId)
  }
  const earnedUsdc = settled.reduce((sum, { orderId }) => sum + (paid.get(orderId) ?? 0n), 0n)
  return { settled: settled.map(({ orderId }) => orderId as Hex), earnedUsdc }
}
