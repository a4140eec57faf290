import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type JobFacts, type JobStep, nextStep } from './nextStep.ts'

const received: JobFacts = {
  state: 'received',
  hasResult: false,
  declineCode: undefined,
  submitBy: 100,
  status: 'open',
  now: 50,
}

const table: [string, Partial<JobFacts>, JobStep][] = [
  ['a new job is looked at', {}, 'admit'],
  ['an admitted job runs', { state: 'admitted' }, 'run'],
  ['a job that was running when the node died runs again', { state: 'running' }, 'run'],
  ['a recorded result is submitted', { state: 'computed', hasResult: true }, 'submit'],
  ['a submission that was under way goes on', { state: 'submitting', hasResult: true }, 'submit'],
  [
    'a submission that a reorganisation undid is sent again',
    { state: 'submitted', hasResult: true },
    'submit',
  ],
  [
    'a job that came back delivers the result it has',
    { state: 'vanished', hasResult: true, declineCode: 'X' },
    'submit',
  ],
  ['a job that came back without a result is looked at again', { state: 'vanished' }, 'admit'],
  ['a refused job is declined', { state: 'declining', declineCode: 'INPUT_DTYPE_MISMATCH' }, 'decline'],
  ['an overdue job is given back', { state: 'computed', hasResult: true, now: 101 }, 'expire'],
  ['the last second still counts', { state: 'computed', hasResult: true, now: 100 }, 'submit'],
  ['a submission seen on chain is noted', { state: 'submitting', status: 'submitted' }, 'mark-submitted'],
  ['a submitted job waits', { state: 'submitted', status: 'submitted' }, 'wait'],
  ['a payment is noted', { state: 'submitted', status: 'paid' }, 'close'],
  ['a paid job is done', { state: 'paid', status: 'paid' }, 'wait'],
  [
    'a payment that a reorganisation undid waits again',
    { state: 'paid', status: 'submitted' },
    'mark-submitted',
  ],
  ['a refund is noted', { state: 'declining', status: 'refunded' }, 'close'],
  ['a split is noted', { state: 'submitted', status: 'split' }, 'close'],
  ['a challenged job waits', { state: 'submitted', status: 'challenged' }, 'wait'],
  ['a job that left the chain is noted', { state: 'running', status: 'none' }, 'vanish'],
  ['a job that left the chain is put back', { state: 'vanished', status: 'none' }, 'reopen'],
  ['a revoked job is noted', { state: 'received', status: 'revoked' }, 'vanish'],
  ['a revoked job stays so', { state: 'vanished', status: 'revoked' }, 'wait'],
]

for (const [name, change, step] of table) {
  test(name, () => assert.equal(nextStep({ ...received, ...change }), step))
}
