import type { Writer } from '../client.ts'
import type { Signer } from '../crypto/signer.ts'
import type { KeyedLock } from '../utils/keyedLock.ts'
import type { ClientOrderStore } from './orderStore.ts'

/** What every step of the client's side shares. */
export type OrderClientContext = {
  readonly client: Writer
  readonly signer: Signer
  readonly store: ClientOrderStore
  readonly maxOrderUsdc: bigint
  readonly maxOutstandingUsdc: bigint
  readonly lock: KeyedLock
}
