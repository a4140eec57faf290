import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ModelManifest, TensorSet } from '@dim/sdk'
import { InputRejectedError } from '../errors/inputRejected.ts'
import { completeInputs } from './completeInputs.ts'

const manifest = {
  inputs: [
    { name: 'x', dtype: 'float32', dims: ['batch', 2] },
    { name: 'y', dtype: 'int64', dims: ['batch'] },
    { name: 'state', dtype: 'float32', dims: [2, 'batch', 'width'], default: 0, defaultDims: { width: 3 } },
    { name: 'rate', dtype: 'int64', dims: [], default: 16_000 },
  ],
} as unknown as ModelManifest.ModelManifest

const x = TensorSet.fromTyped('float32', new Float32Array([1, 2, 3, 4]), [2, 2])
const y = TensorSet.fromTyped('int64', new BigInt64Array([1n, 2n]), [2])

const code = (expected: string) => (error: unknown) =>
  error instanceof InputRejectedError && error.code === expected

test('defaults are filled in, named dimensions taken from what is there', () => {
  const inputs = completeInputs(manifest, { x, y })
  assert.deepEqual(Object.keys(inputs), ['x', 'y', 'state', 'rate'])
  assert.deepEqual(inputs.state?.dims, [2, 2, 3])
  assert.equal(inputs.state?.data.length, 48)
  assert.deepEqual(TensorSet.toTyped(inputs.rate as never), new BigInt64Array([16_000n]))
})

test('what the client sends is kept as it is', () => {
  const rate = TensorSet.fromTyped('int64', new BigInt64Array([8_000n]), [])
  assert.equal(completeInputs(manifest, { x, y, rate }).rate, rate)
})

test('a missing input without a default is refused', () => {
  assert.throws(() => completeInputs(manifest, { x }), code('INPUT_MISSING'))
})

test('an unknown name is refused', () => {
  assert.throws(() => completeInputs(manifest, { x, y, z: x }), code('INPUT_NAME_UNKNOWN'))
})

test('a wrong element type is refused', () => {
  const wrong = TensorSet.fromTyped('float64', new Float64Array(4), [2, 2])
  assert.throws(() => completeInputs(manifest, { x: wrong, y }), code('INPUT_DTYPE_MISMATCH'))
})

test('a wrong fixed dimension, rank or a batch that differs is refused', () => {
  const wide = TensorSet.fromTyped('float32', new Float32Array(6), [2, 3])
  const flat = TensorSet.fromTyped('float32', new Float32Array(4), [4])
  const three = TensorSet.fromTyped('int64', new BigInt64Array(3), [3])
  for (const inputs of [
    { x: wide, y },
    { x: flat, y },
    { x, y: three },
  ]) {
    assert.throws(() => completeInputs(manifest, inputs), code('INPUT_SHAPE_MISMATCH'))
  }
})
