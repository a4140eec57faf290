import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OfferFacts, reasonToDecline } from './reasonToDecline.ts'
import type { ServedModel } from './servedModels.ts'

const model: ServedModel = {
  modelKey: `0x${'11'.repeat(32)}`,
  askUsdc: 5n,
  state: 'warm',
  name: 'model',
  maxInputBytes: 1_000,
  executionProviders: ['cpu'],
  refused: [],
  reason: undefined,
}

const terms = {
  owner: '0x0000000000000000000000000000000000000001',
  floorUsdc: 10n,
  royaltyBps: 100,
  policy: 'public',
  status: 'active',
} as const

const facts: OfferFacts = {
  now: 1_000,
  model,
  terms,
  feeBps: 100,
  stakeUsdc: 100n,
  exposureUsdc: 0n,
  openUsdc: 0n,
  exposureBps: 10_000,
  minimumStakeUsdc: 100n,
  inputBytes: 1_000,
  maxInputBytes: 2_000,
  freePlaces: 1,
  freeQuotes: 1,
  expectedMs: 79_000,
  secondsToSubmit: 100,
  shortage: undefined,
}

test('an offer is made when nothing speaks against it', () => {
  assert.equal(reasonToDecline(facts), undefined)
  assert.equal(reasonToDecline({ ...facts, exposureUsdc: 45n, openUsdc: 40n }), undefined)
})

const table: [string, Partial<OfferFacts>, string][] = [
  ['a model that is not served', { model: undefined }, 'MODEL_UNKNOWN'],
  ['a model that nobody registered', { terms: undefined }, 'MODEL_UNKNOWN'],
  ['a deprecated model', { terms: { ...terms, status: 'deprecated' } }, 'MODEL_NOT_ACTIVE'],
  ['a model that is still loading', { model: { ...model, state: 'loading' } }, 'MODEL_NOT_READY'],
  ['a model that failed its golden vectors', { model: { ...model, state: 'failed' } }, 'MODEL_NOT_READY'],
  ['an input above the maximum of the model', { inputBytes: 1_001 }, 'INPUT_TOO_LARGE'],
  ['an input above the limit of the node', { inputBytes: 600, maxInputBytes: 599 }, 'INPUT_TOO_LARGE'],
  ['too little stake', { stakeUsdc: 99n }, 'PROVIDER_NOT_STAKED'],
  ['a stake that submitted jobs bind', { exposureUsdc: 86n }, 'CAPACITY_EXHAUSTED'],
  ['a stake that jobs to be submitted will bind', { openUsdc: 86n }, 'CAPACITY_EXHAUSTED'],
  ['a price that binds more than itself', { exposureBps: 70_000 }, 'CAPACITY_EXHAUSTED'],
  ['a queue that takes nearly all the time', { expectedMs: 81_000 }, 'CAPACITY_EXHAUSTED'],
  ['a machine that lacks memory', { shortage: 'no memory' }, 'RESOURCES_EXHAUSTED'],
  ['no free place', { freePlaces: 0 }, 'CAPACITY_EXHAUSTED'],
  ['too many open quotes', { freeQuotes: 0 }, 'CAPACITY_EXHAUSTED'],
]

for (const [name, change, code] of table) {
  test(`declined: ${name}`, () => {
    assert.equal(reasonToDecline({ ...facts, ...change })?.code, code)
  })
}
