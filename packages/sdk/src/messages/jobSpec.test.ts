import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hex } from 'viem'
import * as JobSpec from './jobSpec.ts'

const modelId: Hex = `0x${'01'.repeat(32)}`
const other: Hex = `0x${'02'.repeat(32)}`
const node = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const shared = {
  dim: 'job/1',
  priority: 'high',
  privacy: 'sealed',
  maxPriceUsdc: '3000',
  deadline: 1_790_000_000,
}

const single = { ...shared, pattern: 'single', modelId }
const collaborative = {
  ...shared,
  pattern: 'collaborative',
  modelId,
  nodes: [node],
  cabinets: ['ward-7'],
  aggregation: { method: 'weighted-mean', weights: [0.25, 0.75], minNodes: 2 },
}
const comparative = {
  ...shared,
  pattern: 'comparative',
  modelIds: [modelId, other],
  consensus: { method: 'majority', threshold: 0.5 },
}
const chained = {
  ...shared,
  pattern: 'chained',
  stages: [
    { modelId, mapping: { x: { from: 'job', input: 'picture' } }, onFailure: 'abort' },
    { modelId: other, mapping: { x: { from: 'stage', stage: 0, output: 'boxes' } }, onFailure: 'retry' },
  ],
}

for (const json of [single, collaborative, comparative, chained]) {
  test(`a ${json.pattern} spec survives JSON and canonical bytes`, () => {
    const spec = JobSpec.parse(json)
    assert.equal(spec.maxPriceUsdc, 3000n)
    assert.deepEqual(JobSpec.toJson(spec), json)
    assert.deepEqual(JobSpec.decode(JobSpec.canonical(spec)), spec)
  })
}

test('the ordinary spec is one model, sealed, of normal priority', () => {
  const spec = JobSpec.forModel(modelId)
  assert.deepEqual(spec, { dim: 'job/1', pattern: 'single', modelId, priority: 'normal', privacy: 'sealed' })
  assert.deepEqual(JobSpec.decode(JobSpec.canonical(spec)), spec)
  assert.equal(JobSpec.forModel(modelId, { privacy: 'public', maxPriceUsdc: 1n }).privacy, 'public')
})

const wrong: readonly (readonly [string, unknown])[] = [
  ['', 'single'],
  ['', null],
  ['pattern', { ...single, pattern: 'parallel' }],
  ['modelId', { ...single, modelId: 'line-reader' }],
  ['', { ...single, extra: 1 }],
  ['priority', { ...single, priority: 'urgent' }],
  ['maxPriceUsdc', { ...single, maxPriceUsdc: '0.5' }],
  ['aggregation.weights', { ...collaborative, aggregation: { ...collaborative.aggregation, weights: [1] } }],
  [
    'aggregation.weights',
    { ...collaborative, aggregation: { ...collaborative.aggregation, weights: [0, 0] } },
  ],
  ['aggregation.minNodes', { ...collaborative, aggregation: { ...collaborative.aggregation, minNodes: 0 } }],
  ['modelIds', { ...comparative, modelIds: [modelId] }],
  ['consensus.threshold', { ...comparative, consensus: { method: 'majority', threshold: 0 } }],
  [
    'consensus.weights',
    { ...comparative, consensus: { method: 'weighted', threshold: 0.5, weights: [1, 1, 1] } },
  ],
  ['stages', { ...chained, stages: [] }],
  ['stages.0.mapping.x', { ...chained, stages: [chained.stages[1]] }],
]

for (const [path, json] of wrong) {
  test(`${JSON.stringify(json).slice(0, 60)}… is refused at "${path}"`, () =>
    assert.throws(() => JobSpec.parse(json), { code: 'JOB_SPEC_INVALID', path }))
}
