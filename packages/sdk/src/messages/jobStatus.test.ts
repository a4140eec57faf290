import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import * as JobStatus from './jobStatus.ts'

const mapped: readonly (readonly [JobStatus.EscrowState, JobStatus.State])[] = [
  ['none', 'queued'],
  ['open', 'assigned'],
  ['submitted', 'settling'],
  ['challenged', 'verifying'],
  ['paid', 'completed'],
  ['refunded', 'refunded'],
  ['split', 'failed'],
  ['revoked', 'cancelled'],
]

for (const [index, [escrow, state]] of mapped.entries()) {
  test(`${escrow} (${index}) in the escrow is ${state}`, () => {
    assert.equal(JobStatus.fromEscrow(escrow), state)
    assert.equal(JobStatus.fromEscrow(index), state)
  })
}

test('an open job is what its provider says, until its time is over', () => {
  assert.equal(JobStatus.fromEscrow('open', { phase: 'running' }), 'running')
  assert.equal(JobStatus.fromEscrow('open', { phase: 'running', isLate: true }), 'failed')
  assert.equal(JobStatus.fromEscrow('paid', { isLate: true }), 'completed')
})

test('a state that the contract has never had is an error, not a guess', () => {
  assert.throws(() => JobStatus.fromEscrow(mapped.length), { code: 'JOB_STATUS_INVALID' })
})

test('final states are those in which no money moves any more, but for a late open job', () => {
  const final = JobStatus.states.filter(JobStatus.isFinal)
  assert.deepEqual(final, ['completed', 'failed', 'cancelled', 'refunded'])
})

test('the contract counts its states in one byte', () => {
  const job = jobEscrowAbi.find((item) => item.type === 'function' && item.name === 'jobOf')
  const [output] = job?.outputs ?? []
  assert.deepEqual(output && 'components' in output && output.components[0]?.type, 'uint8')
})

test('a status survives JSON', () => {
  const hash: Hex = `0x${'0a'.repeat(32)}`
  const status: JobStatus.JobStatus = {
    jobId: hash,
    status: 'completed',
    progress: 1,
    stages: [{ name: 'run', state: 'completed', startedAtMs: 1, endedAtMs: 2 }],
    resultRef: hash,
    resultCommit: hash,
    chargedUsdc: 2_500n,
    refundedUsdc: 500n,
    transactions: { open: hash, settle: hash },
  }
  assert.deepEqual(JobStatus.parse(JSON.parse(new TextDecoder().decode(JobStatus.canonical(status)))), status)
  assert.throws(() => JobStatus.parse({ ...JobStatus.toJson(status), status: 'done' }), {
    code: 'JOB_STATUS_INVALID',
    path: 'status',
  })
})
