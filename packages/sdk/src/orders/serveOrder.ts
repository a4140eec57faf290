import type { Hex } from 'viem'
import { OrderChargeTooHighError } from '../errors/orderChargeTooHigh.ts'
import type { JobOrder } from '../messages/jobOrder.ts'
import * as SignedOrder from '../messages/signedOrder.ts'
import type { DeskOrderRecord, ServedRecord } from './deskOrderRecord.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'
import type { OrderReply } from './orderReply.ts'
import { settleRecords } from './settleRecords.ts'
import { takeOrder } from './takeOrder.ts'

/** What the work brought. */
export type ServedOrder<T> = {
  readonly value: T
  /** In USDC 1e-6, at most the order's price. */
  readonly chargedUsdc: bigint
  /** `TensorSet.resultCommit` with the order's id in place of a job's. */
  readonly resultCommit: Hex
}

/** One request that a provider serves for an order. */
export type ServeOrderOptions<T> = {
  signedOrder: SignedOrder.SignedOrder
  /** What the work costs at most, in USDC 1e-6: an order of a lower price is refused. */
  priceUsdc: bigint
  /** Does the work; if it throws, nothing is charged. Its answer leaves only after the charge is stored. */
  handle: (accepted: { readonly orderId: Hex; readonly order: JobOrder }) => Promise<ServedOrder<T>>
}

/** Serves one order: checked and stored before the work, charged after it. */
export async function serveOrder<T>(
  context: OrderDeskContext,
  { signedOrder, priceUsdc, handle }: ServeOrderOptions<T>,
): Promise<OrderReply<T>> {
  // Addresses are compared as text from here on.
  const sent = SignedOrder.parse(SignedOrder.toJson(signedOrder))
  const record = await takeOrder(context, sent, priceUsdc)
  if (typeof record === 'string') return { status: 'refused', reason: record }
  const { orderId, order } = record
  const result = await settle(async () => assertCharge(record, await handle({ orderId, order })))
  if (!result.ok) {
    await context.ledger.remove(orderId)
    return { status: 'failed', orderId, error: result.error }
  }
  const { value, chargedUsdc, resultCommit } = result.value
  await charge(context, record, result.value)
  return { status: 'served', value, orderId, chargedUsdc, resultCommit }
}

function assertCharge<T>({ orderId, order }: DeskOrderRecord, served: ServedOrder<T>): ServedOrder<T> {
  const { chargedUsdc } = served
  if (chargedUsdc < 0n || chargedUsdc > order.price) {
    throw new OrderChargeTooHighError(orderId, { chargedUsdc, priceUsdc: order.price })
  }
  return served
}

async function settle<T>(task: () => Promise<T>) {
  try {
    return { ok: true, value: await task() } as const
  } catch (error) {
    return { ok: false, error } as const
  }
}

async function charge(
  context: OrderDeskContext,
  record: DeskOrderRecord,
  { chargedUsdc, resultCommit }: ServedOrder<unknown>,
): Promise<void> {
  const served = { chargedUsdc, resultCommit: resultCommit as ServedRecord['served']['resultCommit'] }
  try {
    await context.ledger.change(record, { state: 'served', served })
  } catch (error) {
    // No answer leaves, so it counts for nothing; if this write fails too, the next start forgets it.
    await context.ledger.remove(record.orderId).catch(() => undefined)
    throw error
  }
  if (record.signedBy === 'code') await settleAtOnce(context, record)
}

/** A settlement that fails is tried again by the next one; until then no further order of this account is taken. */
async function settleAtOnce(context: OrderDeskContext, { orderId }: DeskOrderRecord): Promise<void> {
  await settleRecords(context, (record) => record.orderId === orderId).catch(() => undefined)
}
