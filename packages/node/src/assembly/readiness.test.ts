import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notReadyBecause, type ReadinessFacts } from './readiness.ts'

const warm = { modelKey: `0x${'11'.repeat(32)}`, name: 'm', state: 'warm', reason: undefined } as const

const ready: ReadinessFacts = {
  isStopping: false,
  isAnnounced: true,
  stakeUsdc: 10n,
  minimumStakeUsdc: 10n,
  gasWei: 1n,
  models: [warm],
  findsModels: false,
  chain: {
    head: 5n,
    checkpoint: 5n,
    lagBlocks: 0n,
    caughtUp: true,
    lastErrorCode: undefined,
    rewinds: 0,
  },
}

test('a node that lacks nothing is ready', () => assert.deepEqual(notReadyBecause(ready), []))

const table: [string, Partial<ReadinessFacts>, string[]][] = [
  ['it stops', { isStopping: true, stakeUsdc: 0n }, ['NODE_STOPPING']],
  [
    'the chain is down',
    { chain: { ...ready.chain, lastErrorCode: 'CHAIN_UNREACHABLE' } },
    ['CHAIN_UNREACHABLE'],
  ],
  ['it is behind', { chain: { ...ready.chain, caughtUp: false, lagBlocks: 7n } }, ['CHAIN_LAGGING']],
  ['the stake is too small', { stakeUsdc: 9n }, ['STAKE_TOO_SMALL']],
  ['the stake is not known', { stakeUsdc: undefined }, ['STAKE_UNKNOWN']],
  ['there is no gas', { gasWei: 0n }, ['INSUFFICIENT_GAS_FUNDS']],
  ['it is not announced', { isAnnounced: false }, ['NOT_ANNOUNCED']],
  ['no model is configured', { models: [] }, ['NO_MODELS']],
  ['a model loads', { models: [warm, { ...warm, state: 'loading' }] }, ['MODEL_NOT_READY']],
  ['every model failed', { models: [{ ...warm, state: 'failed', reason: 'golden' }] }, ['MODEL_FAILED']],
]

for (const [name, change, codes] of table) {
  test(`not ready: ${name}`, () => {
    assert.deepEqual(
      notReadyBecause({ ...ready, ...change }).map(({ code }) => code),
      codes,
    )
  })
}

test('one failed model among warm ones does not stop the node', () => {
  assert.deepEqual(notReadyBecause({ ...ready, models: [warm, { ...warm, state: 'failed' }] }), [])
})

test('a node that finds its models on chain is ready before there is one', () => {
  assert.deepEqual(notReadyBecause({ ...ready, models: [], findsModels: true }), [])
})
