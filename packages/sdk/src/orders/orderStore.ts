import type { Address, Hex } from 'viem'
import type { ClientOrderRecord } from './clientOrderRecord.ts'

/**
 * Where one side keeps its orders, so that a crash at any point loses nothing that was served.
 *
 * Every method resolves only when what it wrote survives a crash.
 */
export interface OrderStore<R extends { readonly orderId: Hex }> {
  /** The record, or `undefined`. The answer is a copy: changing it changes nothing in the store. */
  get(orderId: Hex): Promise<R | undefined>
  /** All records, in any order. */
  list(): Promise<readonly R[]>
  /** Makes or changes one record; calls for the same id take turns. What `change` throws leaves the record as it was. */
  update(orderId: Hex, change: (record: R | undefined) => R): Promise<R>
  /** Forgets a record; one that is not there is no fault. */
  delete(orderId: Hex): Promise<void>
}

/** Where a client keeps its orders, and counts their nonces. */
export interface ClientOrderStore extends OrderStore<ClientOrderRecord> {
  /**
   * The next nonce of an account, or `first` if none was taken: never the same number twice, whoever asks and whatever crashes, for the
   * one after it is written before it is answered.
   */
  takeNonce(account: Address, first: bigint): Promise<bigint>
}
