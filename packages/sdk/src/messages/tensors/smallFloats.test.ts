import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DType } from './dtypes.ts'
import { numberToSmallFloat, smallFloatToNumber } from './smallFloats.ts'

const inf = Number.POSITIVE_INFINITY

/** Values from the formats' own specifications: type, code, value. */
const known: readonly (readonly [DType, number, number])[] = [
  ['float16', 0x3c00, 1],
  ['float16', 0x7bff, 65504],
  ['float16', 0x0001, 2 ** -24],
  ['float16', 0xfc00, -inf],
  ['bfloat16', 0x3f80, 1],
  ['bfloat16', 0x4049, 3.140625],
  ['bfloat16', 0x7f80, inf],
  ['float8e4m3fn', 0x7e, 448],
  ['float8e4m3fn', 0x01, 2 ** -9],
  ['float8e4m3fn', 0xb8, -1],
  ['float8e4m3fnuz', 0x7f, 240],
  ['float8e4m3fnuz', 0x40, 1],
  ['float8e5m2', 0x7b, 57344],
  ['float8e5m2', 0x01, 2 ** -16],
  ['float8e5m2', 0xfc, -inf],
  ['float8e5m2fnuz', 0x7f, 57344],
  ['float8e5m2fnuz', 0x40, 1],
  ['float4e2m1', 0x1, 0.5],
  ['float4e2m1', 0x5, 3],
  ['float4e2m1', 0xf, -6],
  ['float8e8m0', 0x7f, 1],
  ['float8e8m0', 0x00, 2 ** -127],
  ['float8e8m0', 0xfe, 2 ** 127],
]

for (const [dtype, code, value] of known) {
  test(`${dtype} 0x${code.toString(16)} is ${value}, both ways`, () => {
    assert.equal(smallFloatToNumber(dtype, code), value)
    assert.equal(numberToSmallFloat(dtype, value), code)
  })
}

const widths: readonly (readonly [DType, number])[] = [
  ['float16', 16],
  ['bfloat16', 16],
  ['float8e4m3fn', 8],
  ['float8e4m3fnuz', 8],
  ['float8e5m2', 8],
  ['float8e5m2fnuz', 8],
  ['float8e8m0', 8],
  ['float4e2m1', 4],
]

for (const [dtype, bits] of widths) {
  test(`every code of ${dtype} is the nearest code of its own value`, () => {
    for (let code = 0; code < 2 ** bits; code++) {
      const value = smallFloatToNumber(dtype, code)
      if (Number.isNaN(value))
        assert.ok(Number.isNaN(smallFloatToNumber(dtype, numberToSmallFloat(dtype, value))))
      else assert.equal(numberToSmallFloat(dtype, value), code, `0x${code.toString(16)}`)
    }
  })
}

test('float16 rounds as the platform does', () => {
  const view = new DataView(new ArrayBuffer(2)) as DataView & { setFloat16(at: number, value: number): void }
  fc.assert(
    fc.property(
      fc.oneof(fc.double({ noNaN: true }), fc.float({ noNaN: true, min: -70000, max: 70000 })),
      (value) => {
        view.setFloat16(0, value)
        assert.equal(numberToSmallFloat('float16', value), view.getUint16(0), `${value}`)
      },
    ),
    { numRuns: 5000 },
  )
})

test('bfloat16 rounds to the nearest float32 with 16 zero bits, ties to even', () => {
  const view = new DataView(new ArrayBuffer(4))
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      view.setFloat32(0, value)
      const bits = view.getUint32(0)
      const rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16
      assert.equal(numberToSmallFloat('bfloat16', value), rounded, `${value}`)
    }),
    { numRuns: 5000 },
  )
})

test('what is too large becomes infinity where there is one, else the greatest value', () => {
  assert.equal(smallFloatToNumber('float16', numberToSmallFloat('float16', 1e9)), inf)
  assert.equal(smallFloatToNumber('float8e4m3fn', numberToSmallFloat('float8e4m3fn', -1e9)), -448)
  assert.equal(smallFloatToNumber('float4e2m1', numberToSmallFloat('float4e2m1', inf)), 6)
  assert.equal(smallFloatToNumber('float8e8m0', numberToSmallFloat('float8e8m0', inf)), 2 ** 127)
})

test('types without a negative zero write zero', () => {
  assert.equal(numberToSmallFloat('float8e4m3fnuz', -0), 0)
  assert.equal(numberToSmallFloat('float8e5m2fnuz', -1e-30), 0)
  assert.equal(numberToSmallFloat('float16', -0), 0x8000)
})
