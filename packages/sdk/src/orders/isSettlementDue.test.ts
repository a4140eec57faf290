import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ServedRecord } from './deskOrderRecord.ts'
import { isSettlementDue } from './isSettlementDue.ts'
import { servedRecord } from './support/servedRecord.ts'

const policy = { settleAboveUsdc: 1_000n, settleAfterSeconds: 600, settleMarginSeconds: 100, maxRows: 3 }
const record = (
  options: { chargedUsdc?: bigint; takenAt?: number; settleBy?: number } = {},
): ServedRecord => {
  const { chargedUsdc = 300n, takenAt = 1_000, settleBy = 10_000 } = options
  return servedRecord({ settleBy, takenAt, served: { chargedUsdc } })
}

describe('isSettlementDue', () => {
  it('waits while little, young and long-lived orders are there', () => {
    assert.equal(isSettlementDue([], 1_000, policy), false)
    assert.equal(isSettlementDue([record(), record()], 1_599, policy), false)
  })
  it('says so at the sum, at the count, at the age and near the end', () => {
    assert.equal(isSettlementDue([record(), record({ chargedUsdc: 699n })], 1_000, policy), false)
    assert.equal(isSettlementDue([record(), record({ chargedUsdc: 700n })], 1_000, policy), true)
    assert.equal(isSettlementDue([record(), record(), record()], 1_000, policy), true)
    assert.equal(isSettlementDue([record({ takenAt: 2_000 }), record()], 1_600, policy), true)
    assert.equal(isSettlementDue([record({ settleBy: 1_601 })], 1_500, policy), false)
    assert.equal(isSettlementDue([record({ settleBy: 1_600 })], 1_500, policy), true)
  })
})
