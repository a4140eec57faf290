import { getChainTime } from '../actions/getChainTime.ts'
import { delay } from '../utils/delay.ts'
import type { ServedRecord } from './deskOrderRecord.ts'
import { isSettlementDue } from './isSettlementDue.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'
import { readDeskAlarms } from './readDeskAlarms.ts'
import { type ReconcileOutcome, reconcileRecords } from './reconcileRecords.ts'
import { type SettleOutcome, settleRecords } from './settleRecords.ts'

export type WatchDeskOptions = {
  /** Called after a round in which something was settled. */
  onSettle?: ((outcome: SettleOutcome) => void) | undefined
  /** Called when orders are over for good: what was paid, and what was lost. */
  onOver?: ((outcome: ReconcileOutcome) => void) | undefined
  /** Called when the chain cannot be read or a settlement fails; both are tried again. */
  onError?: ((error: unknown) => void) | undefined
  /** Between two looks at the chain, 2,000 by default. */
  pollingIntervalMs?: number | undefined
}

/** Settles when it is due, and at once when money or terms are about to leave. */
export function watchDesk(context: OrderDeskContext, options: WatchDeskOptions): () => void {
  const controller = new AbortController()
  void poll(context, options, controller.signal)
  return () => controller.abort()
}

async function poll(context: OrderDeskContext, options: WatchDeskOptions, signal: AbortSignal) {
  const { onError, pollingIntervalMs = 2_000 } = options
  // What happened while nobody watched is not looked up: everything is settled at first.
  context.isUrgent = true
  let next: bigint | undefined
  while (!signal.aborted) {
    try {
      next = await readDeskAlarms(context, next)
      await round(context, options)
    } catch (error) {
      onError?.(error)
    }
    // Aborting is the way in which watching ends.
    await delay(pollingIntervalMs, signal).catch(() => undefined)
  }
}

async function round(context: OrderDeskContext, { onSettle, onOver }: WatchDeskOptions): Promise<void> {
  const over = await reconcileRecords(context)
  if (over.paid.length + over.lost.length > 0) onOver?.(over)
  const outcome = await settleWhatIsDue(context)
  if (outcome.transactions.length > 0) onSettle?.(outcome)
}

async function settleWhatIsDue(context: OrderDeskContext): Promise<SettleOutcome> {
  const { client, ledger, policy, leaving, changedModels, stuck } = context
  const fresh = ledger.served().filter(({ orderId }) => !stuck.has(orderId))
  const now = await getChainTime(client)
  const isAll = context.isUrgent || isSettlementDue(fresh, now, policy)
  const models = new Set(changedModels)
  const isPressing = (record: ServedRecord) =>
    leaving.has(record.order.client) ||
    models.has(record.order.modelKey) ||
    (stuck.has(record.orderId) && record.settleBy - policy.settleMarginSeconds <= now)
  const outcome = await settleRecords(
    context,
    (record) => isAll || (isPressing(record) && !isDeceiver(context, record)),
  )
  context.isUrgent = false
  for (const modelKey of models) changedModels.delete(modelKey)
  forgetSettled(context)
  return outcome
}

/** Code that once refused in a block what it granted in the simulation could cost a transaction in each round. */
const isDeceiver = ({ stuck }: OrderDeskContext, { signedBy, orderId }: ServedRecord) =>
  signedBy === 'code' && stuck.has(orderId)

/** A client that is leaving stays under watch until nothing of it is served or being served. */
function forgetSettled({ ledger, leaving }: OrderDeskContext): void {
  const open = new Set(
    ledger.all().flatMap(({ state, order }) => (state === 'settled' ? [] : [order.client])),
  )
  for (const client of leaving) if (!open.has(client)) leaving.delete(client)
}
