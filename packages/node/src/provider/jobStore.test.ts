import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JobParams } from '@dim/sdk'
import { type Hex, zeroHash } from 'viem'
import { openStorage } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { createJobStore, type JobStore, type NewResult } from './jobStore.ts'

const hex = (byte: string): `0x${string}` => `0x${byte.repeat(32)}`

const params: JobParams.JobParams = {
  client: '0x0000000000000000000000000000000000000002',
  provider: '0x0000000000000000000000000000000000000001',
  modelKey: hex('11'),
  inputCommit: hex('22'),
  inputRef: hex('33'),
  price: 100n,
  floor: 10n,
  submitBy: 1_300,
  challengeWindow: 600,
  feeBps: 100,
  royaltyBps: 200,
  verifyMode: 0,
  groupId: zeroHash,
  nonce: 2n ** 95n,
}

const result = (commit: Hex): NewResult => ({
  resultCommit: commit,
  resultRef: hex('44'),
  chargedUsdc: 90n,
  salt: hex('55'),
  digest: hex('66'),
  receiptJson: '{}',
  detailsJson: '{}',
})

let storage: Storage
let jobs: JobStore
let next = 0

before(async () => {
  storage = await openStorage({ path: ':memory:' })
  jobs = createJobStore(storage.db, { nowMs: () => 1 })
})
after(() => storage.close())

async function received(): Promise<Hex> {
  next++
  const jobId = hex(next.toString(16).padStart(2, '0'))
  await jobs.receive({ jobId, params, openTx: hex('aa'), openedAt: 1_000 }, storage.db)
  return jobId
}

test('keeps the terms of a job exactly', async () => {
  const job = await jobs.get(await received())
  assert.deepEqual(job?.params, params)
  assert.equal(job?.state, 'received')
  assert.equal(job?.openedAt, 1_000)
  assert.equal(job?.result, undefined)
})

test('the first result is the only one', async () => {
  const jobId = await received()
  assert.equal(await jobs.recordResult(jobId, result(hex('77'))), 'recorded')
  assert.equal(await jobs.recordResult(jobId, result(hex('88'))), 'already')
  assert.equal((await jobs.get(jobId))?.result?.resultCommit, hex('77'))
  assert.equal((await jobs.get(jobId))?.result?.chargedUsdc, 90n)
})

test('a job that is opened again keeps what was recorded', async () => {
  const jobId = await received()
  await jobs.recordResult(jobId, result(hex('77')))
  await jobs.receive({ jobId, params, openTx: hex('bb'), openedAt: 1_005 }, storage.db)
  const job = await jobs.get(jobId)
  assert.equal(job?.result?.resultCommit, hex('77'))
  assert.equal(job?.openTx, hex('bb'))
  assert.equal(job?.openedAt, 1_005)
})

test('counts attempts, remembers why it declines, and lists what has not ended', async () => {
  const jobId = await received()
  await jobs.startRun(jobId)
  await jobs.startRun(jobId)
  await jobs.decline(jobId, { code: 'INPUT_INVALID', message: 'wrong' })
  const job = await jobs.get(jobId)
  assert.equal(job?.attempts, 2)
  assert.deepEqual(job?.decline, { code: 'INPUT_INVALID', message: 'wrong' })
  assert.ok((await jobs.listActive()).includes(jobId))
  await jobs.setState(jobId, 'refunded')
  assert.ok(!(await jobs.listActive()).includes(jobId))
})

test('lists submitted jobs by the time of their submission', async () => {
  const [late, early] = [await received(), await received()]
  await jobs.markSubmitted(late, 2_000)
  await jobs.markSubmitted(early, 1_500)
  assert.ok(!(await jobs.listActive()).some((jobId) => jobId === late || jobId === early))
  const submitted = await jobs.listSubmitted(10)
  assert.deepEqual(
    submitted.map(({ jobId }) => jobId),
    [early, late],
  )
  assert.equal((await jobs.countByState()).submitted, 2)
})

test('sums the prices of the jobs that are yet to be submitted', async () => {
  const before = await jobs.sumOpenUsdc()
  const [running, submitted, declined] = [await received(), await received(), await received()]
  assert.equal((await jobs.sumOpenUsdc()) - before, 300n)
  await jobs.startRun(running)
  await jobs.markSubmitted(submitted, 1_100)
  await jobs.decline(declined, { code: 'X', message: 'x' })
  assert.equal((await jobs.sumOpenUsdc()) - before, 100n)
})
