import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertTakesJobs, type TakesJobsFacts } from './assertTakesJobs.ts'

const facts: TakesJobsFacts = {
  reasons: [{ code: 'MODEL_NOT_READY', message: 'One model is still loading.' }],
  chain: { head: 100n, lagBlocks: 2n, lastErrorCode: undefined },
}

test('a model that still loads and a block that just came keep no quote of another model', () => {
  assert.doesNotThrow(() => assertTakesJobs(facts))
})

const stopping = { code: 'NODE_STOPPING', message: 'The node is being stopped.' }
const table: [string, Partial<TakesJobsFacts>][] = [
  [
    'the chain was never read',
    { chain: { head: undefined, lagBlocks: undefined, lastErrorCode: undefined } },
  ],
  ['the chain cannot be read', { chain: { ...facts.chain, lastErrorCode: 'CHAIN_UNREACHABLE' } }],
  ['it is far behind', { chain: { ...facts.chain, lagBlocks: 31n } }],
  ['it is being stopped', { reasons: [...facts.reasons, stopping] }],
  ['it is not announced', { reasons: [{ code: 'NOT_ANNOUNCED', message: 'x' }] }],
  ['it cannot pay gas', { reasons: [{ code: 'INSUFFICIENT_GAS_FUNDS', message: 'x' }] }],
]

for (const [name, change] of table) {
  test(`no quote while ${name}`, () => {
    assert.throws(() => assertTakesJobs({ ...facts, ...change }), {
      code: 'PROVIDER_NOT_READY',
      retryable: true,
    })
  })
}
