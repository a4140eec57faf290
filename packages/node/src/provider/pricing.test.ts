import assert from 'node:assert/strict'
import { test } from 'node:test'
import { priceOf } from './pricing.ts'

test('the ask comes on top of the floor', () => {
  assert.equal(priceOf({ floorUsdc: 1_000n, askUsdc: 250n }), 1_250n)
  assert.equal(priceOf({ floorUsdc: 0n, askUsdc: 0n }), 0n)
})
