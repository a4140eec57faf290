import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatUsdc } from './formatUsdc.ts'
import { parseUsdc } from './parseUsdc.ts'

describe('parseUsdc', () => {
  for (const [text, units] of [
    ['0.01usdc', 10_000n],
    ['1usdc', 1_000_000n],
    ['0.000001 USDC', 1n],
    [' 12.5usdc ', 12_500_000n],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(parseUsdc(text), units))
  }

  for (const text of [
    '0.01',
    '10000',
    '0.0000001usdc',
    '-1usdc',
    '1e3usdc',
    '1,5usdc',
    'usdc',
    '',
    '1 eth',
    '1usdc1',
  ]) {
    it(`refuses "${text}"`, () => assert.throws(() => parseUsdc(text), { code: 'AMOUNT_INVALID' }))
  }

  it('is undone by formatUsdc', () => {
    for (const units of [0n, 1n, 999_999n, 1_000_000n, 123_456_789_012n]) {
      assert.equal(parseUsdc(formatUsdc(units)), units)
    }
  })
})
