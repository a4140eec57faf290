import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobParams, JobStatus } from '@dim/sdk'
import { toJobStatus } from './jobStatus.ts'
import type { ProviderJob } from './jobStore.ts'

const hex = (byte: string): `0x${string}` => `0x${byte.repeat(32)}`

const job: ProviderJob = {
  jobId: hex('01'),
  state: 'submitted',
  params: { price: 100n, submitBy: 50 } as JobParams.JobParams,
  quoteNonce: hex('02'),
  attempts: 1,
  result: { resultCommit: hex('03'), resultRef: hex('04'), chargedUsdc: 90n },
  decline: undefined,
  openedAt: 1,
  submittedAt: 2,
  openTx: hex('05'),
  submitTx: hex('06'),
  closeTx: hex('07'),
  createdAtMs: 1,
  updatedAtMs: 2,
}

const of = (change: Partial<ProviderJob>, escrow: JobStatus.EscrowState, now = 10) =>
  toJobStatus({ ...job, ...change }, escrow, now)

test('a result is not named before it is on chain', () => {
  const open = of({ state: 'computed' }, 'open')
  assert.equal(open.status, 'running')
  assert.equal(open.resultRef, undefined)
  assert.equal(open.chargedUsdc, undefined)
  const submitted = of({}, 'submitted')
  assert.equal(submitted.status, 'settling')
  assert.equal(submitted.resultRef, hex('04'))
  assert.equal(submitted.chargedUsdc, 90n)
  assert.equal(submitted.transactions.settle, undefined)
})

test('a paid job says what came back', () => {
  const paid = of({ state: 'paid' }, 'paid')
  assert.deepEqual([paid.status, paid.progress, paid.refundedUsdc], ['completed', 1, 10n])
  assert.equal(paid.transactions.settle, hex('07'))
})

test('a declined job says why, and that all came back', () => {
  const decline = { code: 'INPUT_INVALID', message: 'wrong' }
  const refunded = of({ state: 'refunded', decline, result: undefined }, 'refunded')
  assert.equal(refunded.status, 'refunded')
  assert.deepEqual(refunded.error, decline)
  assert.deepEqual([refunded.chargedUsdc, refunded.refundedUsdc], [0n, 100n])
  assert.equal(refunded.transactions.refund, hex('07'))
})

test('an open job that is late has failed, one that waits is assigned', () => {
  assert.equal(of({ state: 'running', result: undefined }, 'open', 51).status, 'failed')
  assert.equal(of({ state: 'admitted', result: undefined }, 'open').status, 'assigned')
})
