import type { Address, Hex } from 'viem'
import type { Writer } from '../client.ts'
import type { KeyedLock } from '../utils/keyedLock.ts'
import type { DeskOrderRecord } from './deskOrderRecord.ts'
import type { OrderLedger } from './orderLedger.ts'
import type { OrderStore } from './orderStore.ts'

/** What a provider risks and when it settles; times in seconds of the chain, amounts in USDC 1e-6. */
export type DeskPolicy = {
  readonly maxClientUsdc: bigint
  readonly maxTotalUsdc: bigint
  readonly reserveShareBps: number
  readonly minOrderSeconds: number
  readonly settleMarginSeconds: number
  readonly settleAboveUsdc: bigint
  readonly settleAfterSeconds: number
  readonly maxRows: number
  readonly takesCode: boolean
}

/** What every step of the provider's side shares. */
export type OrderDeskContext = {
  readonly client: Writer
  readonly provider: Address
  readonly store: OrderStore<DeskOrderRecord>
  readonly policy: DeskPolicy
  readonly lock: KeyedLock
  /** All records of the store, read once. */
  readonly ledger: OrderLedger
  /** Reads the chain, or answers what it said a moment ago. */
  readonly recall: <T>(key: string, read: () => Promise<T>) => Promise<T>
  /** Clients who announced that they take money or nonces back: settled at once. */
  readonly leaving: Set<Address>
  /** Models whose terms changed: settled at once. */
  readonly changedModels: Set<Hex>
  /** Orders that a simulation would not pay: tried again together with others, or when their end is near. */
  readonly stuck: Set<Hex>
  isClosed: boolean
  /** Moves on before what was settled leaves the books: what the chain said before does not fit them any more. */
  epoch: number
  /** Requests that are being served. */
  readonly serving: Set<Promise<unknown>>
  /** Set when everything has to be settled at once. */
  isUrgent: boolean
}
