import { getFeeHistory } from '../actions/getFeeHistory.ts'
import { getModelHistory } from '../actions/getModelHistory.ts'
import type { JobOrder } from '../messages/jobOrder.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'

/** For how long after a change the contract accepts the rate before it, in seconds. */
const graceSeconds = 30 * 86_400

/** Unix seconds until which the contract accepts the rates of an order: no end for current ones, 0 for such as it never accepts. */
export async function ratesUntil(
  { client, recall }: OrderDeskContext,
  order: JobOrder,
  current: { feeBps: number; royaltyBps: number },
): Promise<number> {
  const { modelKey } = order
  const feeUntil =
    order.feeBps === current.feeBps
      ? Number.POSITIVE_INFINITY
      : endOf(order.feeBps, await recall('feeHistory', () => getFeeHistory(client)))
  if (order.royaltyBps === current.royaltyBps) return feeUntil
  const history = await recall(`history ${modelKey}`, () => getModelHistory(client, { modelKey }))
  const royalty = { previousBps: history.previousRoyaltyBps, changedAt: history.royaltyChangedAt }
  return Math.min(feeUntil, endOf(order.royaltyBps, royalty))
}

const endOf = (
  bps: number,
  { previousBps, changedAt }: { previousBps: number; changedAt: number },
): number => (changedAt !== 0 && bps === previousBps ? changedAt + graceSeconds - 1 : 0)
