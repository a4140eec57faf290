import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BaseError } from '../errors/baseError.ts'
import type { Port } from '../messages/modelManifest.ts'
import { encode } from '../messages/tensors/encode.ts'
import { fromNumbers } from '../messages/tensors/numbers.ts'
import { toTyped } from '../messages/tensors/typed.ts'
import { audioTensor } from './audioTensor.ts'
import { fillDefaults } from './fillDefaults.ts'
import { parseTensors } from './parseTensors.ts'

/** The inputs of Silero's voice detector. */
const ports: Port[] = [
  { name: 'input', dtype: 'float32', dims: ['batch', 'samples'] },
  { name: 'state', dtype: 'float32', dims: [2, 'batch', 128], default: 0, defaultDims: { batch: 1 } },
  { name: 'sr', dtype: 'int64', dims: [], default: 16_000 },
]
const spec = { kind: 'audio', input: 'input', sampleRate: 16_000, windowSamples: 576 } as const
const code = 'INPUT_NOT_USABLE'

test('sound fills its window from the end', () => {
  const tensor = audioTensor({ samples: Float32Array.of(0.5, -0.5), sampleRate: 16_000 }, spec)
  assert.deepEqual(tensor.dims, [1, 576])
  const values = toTyped(tensor) as Float32Array
  assert.deepEqual([...values.subarray(573)], [0, 0.5, -0.5])
})

test('sound of another rate, or too much of it, is refused', () => {
  assert.throws(() => audioTensor({ samples: new Float32Array(1), sampleRate: 8_000 }, spec), { code })
  assert.throws(() => audioTensor({ samples: new Float32Array(577), sampleRate: 16_000 }, spec), { code })
})

test('inputs that are left out take their default', () => {
  const input = fromNumbers('float32', new Array(576).fill(0.1), [1, 576])
  const filled = fillDefaults({ inputs: ports }, { input })
  assert.deepEqual(Object.keys(filled), ['input', 'state', 'sr'])
  assert.deepEqual(filled.state?.dims, [2, 1, 128])
  assert.deepEqual(filled.sr && toTyped({ ...filled.sr, dtype: 'int64' }), BigInt64Array.of(16_000n))
  encode(filled)
})

test('what the client gives is taken instead of the default', () => {
  const input = fromNumbers('float32', [0.1], [1, 1])
  const sr = fromNumbers('int64', [8_000], [])
  assert.equal(fillDefaults({ inputs: ports }, { input, sr }).sr, sr)
})

const input = fromNumbers('float32', [0.1], [1, 1])
const wrong: readonly (readonly [string, Record<string, ReturnType<typeof fromNumbers>>])[] = [
  ['a missing input', {}],
  ['an unknown input', { input, other: input }],
  ['another type', { input: fromNumbers('float64', [0.1], [1, 1]) }],
  ['another rank', { input: fromNumbers('float32', [0.1], [1]) }],
  ['another size', { input, state: fromNumbers('float32', [0, 0], [2, 1, 1]) }],
  ['two sizes for one name', { input: fromNumbers('float32', [0, 0], [2, 1]) }],
]

for (const [what, given] of wrong) {
  test(`${what} is refused`, () => assert.throws(() => fillDefaults({ inputs: ports }, given), { code }))
}

test('a default without a size, and one that would fill the memory, are refused', () => {
  const open: Port = { name: 'x', dtype: 'float32', dims: ['n'], default: 0 }
  assert.throws(() => fillDefaults({ inputs: [open] }, {}), { code })
  const huge: Port = { name: 'x', dtype: 'float32', dims: [2 ** 30], default: 0 }
  assert.throws(() => fillDefaults({ inputs: [huge] }, {}), { code: 'TENSOR_TOO_LARGE' })
})

test('nested arrays become tensors of the types of the manifest', () => {
  const tensors = parseTensors(ports, { input: [[0.5, 1]], sr: '16000' })
  assert.deepEqual(tensors.input, fromNumbers('float32', [0.5, 1], [1, 2]))
  assert.deepEqual(tensors.sr, fromNumbers('int64', [16_000n], []))
  const texts = parseTensors([{ name: 't', dtype: 'string', dims: ['n'] }], { t: ['a', 'b'] })
  assert.deepEqual(texts.t && toTyped({ ...texts.t, dtype: 'string' }), ['a', 'b'])
  const pairs = parseTensors([{ name: 'c', dtype: 'complex64', dims: ['n'] }], {
    c: [
      [1, 2],
      [3, 4],
    ],
  })
  assert.deepEqual(pairs.c?.dims, [2])
  const flags = parseTensors([{ name: 'f', dtype: 'bool', dims: ['n'] }], { f: [true, false] })
  assert.deepEqual([...(flags.f?.data ?? [])], [1, 0])
})

const notTensors: readonly unknown[] = [
  null,
  [],
  'text',
  { other: 1 },
  { input: [[1], [1, 2]] },
  { input: [[1], 2] },
  { input: ['x'] },
  { input: [null] },
]

for (const json of notTensors) {
  test(`${JSON.stringify(json)} is refused`, () => assert.throws(() => parseTensors(ports, json), { code }))
}

test('any JSON gives tensors or a coded error', () => {
  const json = fc.oneof(
    fc.jsonValue(),
    fc.record({ input: fc.jsonValue(), sr: fc.jsonValue() }, { requiredKeys: [] }),
  )
  fc.assert(
    fc.property(json, (value) => {
      try {
        encode(parseTensors(ports, value))
      } catch (error) {
        assert.ok(error instanceof BaseError, `not a coded error: ${error}`)
      }
    }),
    { numRuns: 1000 },
  )
})
