import type { Address } from 'viem'
import { clientOrderRecordSchema } from './clientOrderRecord.ts'
import { createMemoryOrderStore } from './memoryOrderStore.ts'
import type { ClientOrderStore } from './orderStore.ts'

/**
 * Makes a client's order store that lives as long as the process. Losing it loses the sight of what is outstanding, and no money: a client
 * with an empty store takes nonces from a word that nobody used.
 *
 * @example
 * const orders = createOrderClient(writer, { store: createMemoryClientOrderStore(), maxOrderUsdc: 5_000n, maxOutstandingUsdc: 100_000n })
 */
export function createMemoryClientOrderStore(): ClientOrderStore {
  const next = new Map<string, bigint>()
  return {
    ...createMemoryOrderStore(clientOrderRecordSchema),
    async takeNonce(account: Address, first: bigint) {
      const key = account.toLowerCase()
      const nonce = next.get(key) ?? first
      next.set(key, nonce + 1n)
      return nonce
    },
  }
}
