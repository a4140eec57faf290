import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DType, dtypes, layoutOf } from './dtypes.ts'
import { encode } from './encode.ts'
import { fromNumbers, toNumbers } from './numbers.ts'
import { fromTyped, toTyped } from './typed.ts'

for (const dtype of dtypes.filter((name) => name !== 'string')) {
  test(`${dtype} holds 1, 0, 1 and gives them back`, () => {
    const isComplex = layoutOf(dtype).kind === 'complex'
    // e8m0 has powers of two only: no zero.
    const values = dtype === 'float8e8m0' ? [1, 2, 0.5] : dtype === 'int2' ? [1, 0, -2] : [1, 0, 1]
    const all = isComplex ? [...values, ...values] : values
    const tensor = fromNumbers(dtype, all, [3])
    encode({ tensor })
    assert.deepEqual(Array.from(toNumbers(tensor)), all)
  })
}

test('int4 is packed low nibble first, with its sign', () => {
  const tensor = fromNumbers('int4', [-8, 7, -1], [3])
  assert.deepEqual([...tensor.data], [0x78, 0x0f])
  assert.deepEqual(Array.from(toNumbers(tensor)), [-8, 7, -1])
})

test('64-bit integers keep every bit', () => {
  const least = -(2n ** 63n)
  assert.deepEqual(
    toTyped({ ...fromNumbers('int64', [least, -1], [2]), dtype: 'int64' }),
    BigInt64Array.of(least, -1n),
  )
  const most = 2n ** 64n - 1n
  assert.deepEqual(
    toTyped({ ...fromNumbers('uint64', [most], [1]), dtype: 'uint64' }),
    BigUint64Array.of(most),
  )
})

test('strings go in and out as texts', () => {
  const texts = ['', 'aé漢', '\ufeffmark', 'nul\0']
  assert.deepEqual(toTyped(fromTyped('string', texts, [2, 2])), texts)
})

test('fromTyped copies, so that a later change of the array does not matter', () => {
  const values = Float32Array.of(1)
  const tensor = fromTyped('float32', values, [1])
  values[0] = 2
  assert.deepEqual(toTyped(tensor), Float32Array.of(1))
})

const outOfRange: readonly (readonly [DType, number | bigint])[] = [
  ['uint8', -1],
  ['uint8', 256],
  ['int8', 128],
  ['int2', 2],
  ['uint2', 4],
  ['int4', -9],
  ['int64', 2n ** 63n],
  ['uint64', -1n],
  ['int32', 0.5],
  ['int32', Number.NaN],
  ['bool', 2],
]

for (const [dtype, value] of outOfRange) {
  test(`${dtype} refuses ${value}`, () =>
    assert.throws(() => fromNumbers(dtype, [value], [1]), { code: 'TENSOR_MALFORMED' }))
}

test('a count that does not fit the shape is refused', () => {
  assert.throws(() => fromNumbers('float32', [1, 2], [3]), { code: 'TENSOR_MALFORMED' })
  assert.throws(() => fromNumbers('complex64', [1], [1]), { code: 'TENSOR_MALFORMED' })
  assert.throws(() => fromTyped('float32', new Float32Array(2), [3]), { code: 'TENSOR_MALFORMED' })
})

test('strings are no numbers', () => {
  assert.throws(() => toNumbers(fromTyped('string', ['1'], [1])), { code: 'TENSOR_MALFORMED' })
  assert.throws(() => fromNumbers('string', [1], [1]), { code: 'TENSOR_MALFORMED' })
})
