import type { ClientOrderRecord } from './clientOrderRecord.ts'

/** The most that all signed orders may still cost, in USDC 1e-6: their prices, for a provider decides what it charges. */
export const outstandingUsdc = (records: readonly ClientOrderRecord[]): bigint =>
  records.reduce((sum, { state, order }) => (state === 'unfair' ? sum : sum + order.price), 0n)
