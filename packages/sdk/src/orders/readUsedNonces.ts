import type { BlockTag, Hex } from 'viem'
import { getOrderNonces } from '../actions/getOrderNonces.ts'
import type { Reader } from '../client.ts'
import type { JobOrder } from '../messages/jobOrder.ts'
import { orderWord } from './orderWord.ts'

type Recorded = { readonly orderId: Hex; readonly order: JobOrder }

/** Ids of those orders whose nonce was used or cancelled at a block. */
export async function readUsedNonces(
  client: Reader,
  records: readonly Recorded[],
  blockTag: BlockTag,
): Promise<Set<Hex>> {
  const words = Map.groupBy(records, ({ order }) => `${order.client}:${order.nonce >> 8n}`)
  const used = await Promise.all([...words.values()].map((group) => usedOf(client, group, blockTag)))
  return new Set(used.flat())
}

async function usedOf(client: Reader, group: readonly Recorded[], blockTag: BlockTag): Promise<Hex[]> {
  const [first] = group
  if (first === undefined) return []
  const { word } = orderWord(first.order.nonce)
  const { used } = await getOrderNonces(client, { account: first.order.client, word, blockTag })
  return group.filter(({ order }) => (used & orderWord(order.nonce).bit) !== 0n).map(({ orderId }) => orderId)
}
