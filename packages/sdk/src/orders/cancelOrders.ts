import type { Hash, Hex } from 'viem'
import { finishOrderCancel } from '../actions/finishOrderCancel.ts'
import { getChainTime } from '../actions/getChainTime.ts'
import { getEscrowLimits } from '../actions/getEscrowLimits.ts'
import { getOrderNonces } from '../actions/getOrderNonces.ts'
import { startOrderCancel } from '../actions/startOrderCancel.ts'
import { waitForTransaction } from '../actions/waitForTransaction.ts'
import type { ClientOrderRecord } from './clientOrderRecord.ts'
import type { OrderClientContext } from './orderClientContext.ts'
import { orderWord } from './orderWord.ts'
import { ownOrders } from './ownOrders.ts'

/** Which orders to cancel. */
export type CancelOrdersOptions = {
  /** Those that were not served by default; one whose answer never came counts as not served only if it is named here. */
  orderIds?: readonly Hex[] | undefined
}

/**
 * Announces the cancellation of orders that were not served, one transaction for 256 nonces. An order that ends before the delay is
 * over lapses by itself, and one that is announced already is left alone.
 */
export async function startCancels(
  context: OrderClientContext,
  { orderIds }: CancelOrdersOptions = {},
): Promise<Hash[]> {
  const { client, signer } = context
  const [now, { releaseDelay }] = await Promise.all([getChainTime(client), getEscrowLimits(client)])
  const isWanted = ({ orderId, state, order }: ClientOrderRecord) =>
    order.submitBy > now + releaseDelay &&
    (orderIds === undefined ? state === 'unserved' : state !== 'served' && orderIds.includes(orderId))
  const hashes: Hash[] = []
  for (const [word, mask] of masksOf((await ownOrders(context)).filter(isWanted))) {
    const { used, cancelling } = await getOrderNonces(client, { account: signer.address, word })
    const wanted = mask & ~used & ~cancelling
    if (wanted === 0n) continue
    // What was announced before would be forgotten, for the new mask takes its place.
    const hash = await startOrderCancel(client, { word, mask: wanted | (cancelling & ~used) })
    await waitForTransaction(client, { hash })
    hashes.push(hash)
  }
  return hashes
}

/** Finishes every announced cancellation of a known order that is ripe. */
export async function finishCancels(context: OrderClientContext): Promise<Hash[]> {
  const { client, signer } = context
  const now = await getChainTime(client)
  const hashes: Hash[] = []
  for (const word of masksOf(await ownOrders(context)).keys()) {
    const { cancelling, ripeAt } = await getOrderNonces(client, { account: signer.address, word })
    if (cancelling === 0n || ripeAt > now) continue
    const hash = await finishOrderCancel(client, { word })
    await waitForTransaction(client, { hash })
    hashes.push(hash)
  }
  return hashes
}

function masksOf(records: readonly ClientOrderRecord[]): Map<bigint, bigint> {
  const masks = new Map<bigint, bigint>()
  for (const { order } of records) {
    const { word, bit } = orderWord(order.nonce)
    masks.set(word, (masks.get(word) ?? 0n) | bit)
  }
  return masks
}
