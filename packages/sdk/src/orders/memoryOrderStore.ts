import type { Hex } from 'viem'
import type { z } from 'zod'
import { parseMessage, toJson } from '../messages/codec.ts'
import type { OrderStore } from './orderStore.ts'

type Recorded = { readonly orderId: Hex }

/**
 * Makes an order store that lives as long as the process: for tests. A provider that loses it loses what was not settled.
 *
 * @param schema `deskOrderRecordSchema` or `clientOrderRecordSchema`.
 * @example
 * const desk = createOrderDesk(writer, { store: createMemoryOrderStore(deskOrderRecordSchema), maxClientUsdc, maxTotalUsdc })
 */
export function createMemoryOrderStore<S extends z.ZodType<Recorded>>(schema: S): OrderStore<z.output<S>> {
  const records = new Map<Hex, string>()
  const read = (orderId: Hex): z.output<S> | undefined => {
    const text = records.get(orderId)
    return text === undefined ? undefined : parseMessage('OrderRecord', schema, JSON.parse(text))
  }
  return {
    async get(orderId) {
      return read(orderId)
    },
    async list() {
      return [...records.keys()].flatMap((orderId) => read(orderId) ?? [])
    },
    async update(orderId, change) {
      const changed = change(read(orderId))
      records.set(orderId, JSON.stringify(toJson('OrderRecord', schema, changed)))
      return changed
    },
    async delete(orderId) {
      records.delete(orderId)
    },
  }
}
