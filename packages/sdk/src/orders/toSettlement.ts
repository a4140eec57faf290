import type { OrderSettlement } from '../messages/orderSettlement.ts'
import type { ServedRecord } from './deskOrderRecord.ts'

/** A served order as the contract takes it. */
export const toSettlement = ({ order, signature, served }: ServedRecord): OrderSettlement => ({
  order,
  resultCommit: served.resultCommit,
  charged: served.chargedUsdc,
  clientSignature: signature,
})

/** Clients together, within them words of nonces, within those models: what rows have in common is then written once. */
export const inSettlementOrder = (records: readonly ServedRecord[]): ServedRecord[] =>
  records.toSorted(
    ({ order: a }, { order: b }) =>
      compare(a.client, b.client) ||
      compare(a.nonce >> 8n, b.nonce >> 8n) ||
      compare(a.modelKey, b.modelKey) ||
      compare(a.nonce, b.nonce),
  )

function compare<T extends string | bigint>(a: T, b: T): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
