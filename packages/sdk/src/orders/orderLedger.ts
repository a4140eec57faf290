import { type Address, type Hex, isAddressEqual } from 'viem'
import { OrderConflictError } from '../errors/orderConflict.ts'
import type { JobOrder } from '../messages/jobOrder.ts'
import type { DeskOrderRecord, ServedRecord } from './deskOrderRecord.ts'
import type { OrderStore } from './orderStore.ts'

/** A provider's records in memory; each change is in the store before it is here. */
export type OrderLedger = {
  /** Reads the store at the first call; of what was being served when a process died, no answer left, so it is forgotten. */
  load(): Promise<void>
  all(): readonly DeskOrderRecord[]
  served(): readonly ServedRecord[]
  /** What a client may still have to pay here, in USDC 1e-6; of all clients without one. */
  creditUsdc(client?: Address): bigint
  hasNonce(order: JobOrder): boolean
  add(record: DeskOrderRecord): Promise<void>
  change(record: DeskOrderRecord, change: Partial<DeskOrderRecord>): Promise<DeskOrderRecord>
  remove(orderId: Hex): Promise<void>
}

/** Makes the ledger of one provider. */
export function createOrderLedger(store: OrderStore<DeskOrderRecord>, provider: Address): OrderLedger {
  const records = new Map<Hex, DeskOrderRecord>()
  let loading: Promise<void> | undefined
  const remove = async (orderId: Hex) => {
    await store.delete(orderId)
    records.delete(orderId)
  }
  const read = async () => {
    for (const record of await store.list()) {
      if (!isAddressEqual(record.order.provider, provider)) continue
      if (record.state === 'taken') await store.delete(record.orderId)
      else records.set(record.orderId, record)
    }
  }
  const all = () => [...records.values()]
  return {
    load() {
      loading ??= read().catch((error) => {
        loading = undefined
        throw error
      })
      return loading
    },
    all,
    served: () => all().filter(isServed),
    creditUsdc: (client) =>
      all()
        .filter(({ order }) => client === undefined || isAddressEqual(order.client, client))
        .reduce((sum, record) => sum + creditOf(record), 0n),
    hasNonce: ({ client, nonce }) =>
      all().some(({ order }) => order.nonce === nonce && isAddressEqual(order.client, client)),
    async add(record) {
      await store.update(record.orderId, (stored) => {
        if (stored !== undefined) throw new OrderConflictError(record.orderId)
        return record
      })
      records.set(record.orderId, record)
    },
    async change(record, change) {
      const changed = await store.update(record.orderId, (stored) => {
        if (stored === undefined) throw new OrderConflictError(record.orderId)
        return { ...stored, ...change }
      })
      records.set(record.orderId, changed)
      return changed
    },
    remove,
  }
}

const isServed = (record: DeskOrderRecord): record is ServedRecord =>
  record.state === 'served' && record.served !== undefined

function creditOf({ state, order, served }: DeskOrderRecord): bigint {
  if (state === 'settled') return 0n
  return served?.chargedUsdc ?? order.price
}
