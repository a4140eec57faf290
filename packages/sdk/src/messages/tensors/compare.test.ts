import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare, type Tolerance } from './compare.ts'
import { fromNumbers } from './numbers.ts'
import { fromTyped } from './typed.ts'

const floats = (...values: number[]) => ({ y: fromNumbers('float32', values, [1, values.length]) })
const close: Tolerance = { mode: 'allclose', absolute: 0.01, relative: 0.1 }
const { NaN: nan, POSITIVE_INFINITY: inf } = Number

test('allclose reports the difference that is worst against its own bound, within or not', () => {
  const within = compare(floats(1, 100), floats(1.05, 104), close)
  assert.equal(within.within, true)
  assert.equal(within.reason, undefined)
  assert.equal(within.worst?.index, 0)
  const without = compare(floats(1, 100), floats(1.2, 109), close)
  assert.equal(without.within, false)
  assert.equal(without.worst?.index, 0)
  assert.match(without.reason ?? '', /"y" differs by 0\.2.* at 0/)
})

const pairs: readonly (readonly [string, boolean, number, number])[] = [
  ['the bound itself', true, 0, Math.fround(0.01) - 1e-9],
  ['beyond the bound at zero', false, 0, 0.0101],
  ['NaN and NaN', true, nan, nan],
  ['NaN and a number', false, nan, 1],
  ['a number and NaN', false, 1, nan],
  ['the same infinity', true, inf, inf],
  ['two infinities', false, inf, -inf],
  ['infinity and a number', false, inf, 1e30],
  ['zero and minus zero', true, 0, -0],
]

for (const [what, within, expected, actual] of pairs) {
  test(`allclose: ${what} ${within ? 'agree' : 'disagree'}`, () =>
    assert.equal(compare(floats(expected), floats(actual), close).within, within))
}

test('a NaN cannot hide a worse element after it, or before it', () => {
  assert.equal(compare(floats(1, nan, 3), floats(1, nan, 9), close).within, false)
  assert.equal(compare(floats(3, nan), floats(9, nan), close).within, false)
})

test('argmax looks at each row, and forgives a tie within the tolerance', () => {
  const rows = (...values: number[]) => ({ y: fromNumbers('float32', values, [2, 2]) })
  const argmax: Tolerance = { mode: 'argmax', absolute: 0.01, relative: 0 }
  assert.equal(compare(rows(0, 1, 5, 2), rows(0.3, 0.4, 9, 8), argmax).within, true)
  assert.equal(compare(rows(0, 1, 5, 2), rows(0, 1, 2, 5), argmax).within, false)
  assert.equal(compare(rows(0.995, 1, 5, 2), rows(1, 0.995, 5, 2), argmax).within, true)
})

test('topk takes the k best in any order', () => {
  const top2: Tolerance = { mode: 'topk', k: 2, absolute: 0, relative: 0 }
  assert.equal(compare(floats(9, 8, 1, 0), floats(8, 9, 0, 1), top2).within, true)
  assert.equal(compare(floats(9, 8, 1, 0), floats(9, 1, 8, 0), top2).within, false)
})

test('topk with fewer elements than k takes all of them', () => {
  assert.equal(compare(floats(1, 2), floats(2, 1), { mode: 'topk', absolute: 0, relative: 0 }).within, true)
})

test('an output that is all NaN is never the best of anything', () => {
  assert.equal(
    compare(floats(1, 5), floats(nan, nan), { mode: 'argmax', absolute: 0, relative: 0 }).within,
    false,
  )
})

test('integers and texts must be equal in every mode', () => {
  const ints = (value: bigint) => ({ n: fromTyped('int64', BigInt64Array.of(value), [1]) })
  const texts = (value: string) => ({ t: fromTyped('string', [value], [1]) })
  for (const mode of ['allclose', 'argmax', 'topk', 'exact'] as const) {
    const wide: Tolerance = { mode, absolute: 1e9, relative: 1e9 }
    assert.equal(compare(ints(2n ** 60n), ints(2n ** 60n + 1n), wide).within, false)
    assert.equal(compare(texts('a'), texts('b'), wide).within, false)
    assert.equal(compare({ ...ints(1n), ...texts('a') }, { ...texts('a'), ...ints(1n) }, wide).within, true)
  }
})

test('exact wants the same canonical bytes: −0 is not 0', () => {
  const exact: Tolerance = { mode: 'exact', absolute: 0, relative: 0 }
  assert.equal(compare(floats(0), floats(-0), exact).within, false)
  assert.equal(compare(floats(nan), floats(nan), exact).within, true)
})

test('another name, type or shape disagrees with a reason', () => {
  const { reason } = compare(floats(1), { z: fromNumbers('float32', [1], [1, 1]) }, close)
  assert.equal(reason, 'tensors [z] instead of [y]')
  const other = { y: fromNumbers('float64', [1], [1, 1]) }
  assert.equal(compare(floats(1), other, close).reason, '"y" is float64[1, 1] instead of float32[1, 1]')
  assert.equal(compare(floats(1), { y: fromNumbers('float32', [1], [1]) }, close).within, false)
})

test('small floats are compared as the numbers that they stand for', () => {
  const half = (value: number) => ({ y: fromNumbers('float16', [value], [1]) })
  assert.equal(compare(half(1), half(1.05), close).within, true)
  assert.equal(compare(half(1), half(2), close).within, false)
})

test('a threshold of minus infinity lets every number through', () => {
  const top3: Tolerance = { mode: 'topk', k: 3, absolute: 0, relative: 0 }
  assert.equal(compare(floats(3, 2, -inf), floats(3, 2, -inf), top3).within, true)
})
