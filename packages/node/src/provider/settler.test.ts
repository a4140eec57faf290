import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobParams } from '@dim/sdk'
import { isDue } from './settler.ts'

const params = { challengeWindow: 60 } as JobParams.JobParams

test('a job is due only after the last second of its window', () => {
  assert.equal(isDue({ submittedAt: 1_000, params }, 1_060), false)
  assert.equal(isDue({ submittedAt: 1_000, params }, 1_061), true)
})

test('a job that was not submitted is never due', () => {
  assert.equal(isDue({ submittedAt: undefined, params }, 9_999), false)
})
