import type { ServedRecord } from './deskOrderRecord.ts'
import type { DeskPolicy } from './orderDeskContext.ts'

type Due = Pick<DeskPolicy, 'settleAboveUsdc' | 'settleAfterSeconds' | 'settleMarginSeconds' | 'maxRows'>

/** Whether it is time to settle: by sum, by count, by age, or because the end of an order is near. `now` in seconds of the chain. */
export function isSettlementDue(records: readonly ServedRecord[], now: number, policy: Due): boolean {
  if (records.length === 0) return false
  if (records.length >= policy.maxRows) return true
  if (records.reduce((sum, { served }) => sum + served.chargedUsdc, 0n) >= policy.settleAboveUsdc) return true
  return records.some(
    ({ takenAt, settleBy }) =>
      takenAt + policy.settleAfterSeconds <= now || settleBy - policy.settleMarginSeconds <= now,
  )
}
