import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobParams, Quote } from '@dim/sdk'
import { zeroHash } from 'viem'
import { findTermsDifference } from './findTermsDifference.ts'

const quote: Quote.Quote = {
  provider: '0x0000000000000000000000000000000000000001',
  client: '0x0000000000000000000000000000000000000002',
  modelKey: `0x${'11'.repeat(32)}`,
  price: 100n,
  floor: 10n,
  feeBps: 100,
  royaltyBps: 200,
  challengeWindow: 600,
  secondsToSubmit: 300,
  maxInputBytes: 1_000,
  expiresAt: 2_000,
  nonce: `0x${'22'.repeat(32)}`,
}

const params: JobParams.JobParams = {
  client: quote.client,
  provider: quote.provider,
  modelKey: quote.modelKey,
  inputCommit: `0x${'33'.repeat(32)}`,
  inputRef: `0x${'44'.repeat(32)}`,
  price: 100n,
  floor: 10n,
  submitBy: 1_300,
  challengeWindow: 600,
  feeBps: 100,
  royaltyBps: 200,
  verifyMode: 0,
  groupId: zeroHash,
  nonce: 1n,
}

test('the terms of the quote pass', () => {
  assert.equal(findTermsDifference(quote, params, 1_000), undefined)
  assert.equal(findTermsDifference(quote, { ...params, submitBy: 1_330 }, 1_000), undefined)
})

const changes: Partial<JobParams.JobParams>[] = [
  { client: '0x0000000000000000000000000000000000000003' },
  { provider: '0x0000000000000000000000000000000000000003' },
  { modelKey: zeroHash },
  { price: 99n },
  { floor: 9n },
  { feeBps: 99 },
  { royaltyBps: 0 },
  { challengeWindow: 0 },
  { verifyMode: 1 },
  { groupId: `0x${'55'.repeat(32)}` },
  { submitBy: 1_331 },
]

for (const change of changes) {
  const [field] = Object.keys(change)
  test(`another ${field} is found`, () => {
    assert.equal(findTermsDifference(quote, { ...params, ...change }, 1_000)?.field, field)
  })
}
