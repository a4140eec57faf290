import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesToHex, concat, type Hex, hexToBytes } from 'viem'
import { type DecodeLimits, decode } from './decode.ts'
import { encode } from './encode.ts'
import { fromTyped, toTyped } from './typed.ts'

const a: Hex = '0x010061020101000000000000002a' // a: uint8[1] = 42
const b: Hex = '0x010062020101000000000000002b'

test('decode gives aligned copies that do not share memory with the bytes', () => {
  const values = Float32Array.of(1, -2.5)
  const bytes = encode({ odd: fromTyped('float32', values, [2]) })
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  const { odd } = decode(shifted.subarray(3))
  assert.ok(odd)
  assert.equal(odd.data.byteOffset % 8, 0)
  shifted.fill(0)
  assert.deepEqual(toTyped(odd), values)
})

const malformed: readonly (readonly [string, Hex])[] = [
  ['a repeated name', concat([a, a])],
  ['unsorted names', concat([b, a])],
  ['a trailing byte', concat([a, '0x00'])],
  ['a name cut off', '0x0500616263'],
  ['an empty name', '0x0000020101000000000000002a'],
  ['a name that is not UTF-8', '0x0100ff020101000000000000002a'],
  ['an unknown type', '0x010061630101000000000000002a'],
  ['type 0', '0x010061000101000000000000002a'],
  ['missing dimensions', '0x010061020201000000000000002a'],
  ['missing data', '0x0100610101020000000000000000000000'],
  ['a bool of 2', '0x0100610901010000000000000002'],
  ['a NaN other than the quiet one', '0x01006101010100000000000000010080ff'],
  ['a negative quiet NaN', '0x010061010101000000000000000000c0ff'],
  ['a nibble where there is none', '0x0100611501010000000000000010'],
  ['a huge count of strings', '0x01006108010000000001000000'],
  ['a string longer than the rest', '0x01006108010100000000000000ffffffff'],
]

for (const [what, bytes] of malformed) {
  test(`decode refuses ${what}`, () =>
    assert.throws(() => decode(hexToBytes(bytes)), { code: 'TENSOR_MALFORMED' }))
}

const tooLarge: readonly (readonly [string, Hex, Partial<DecodeLimits>])[] = [
  ['bytes', a, { maxBytes: 13 }],
  ['tensors', concat([a, b]), { maxTensors: 1 }],
  ['names', a, { maxNameBytes: 0 }],
  ['dimensions', a, { maxRank: 0 }],
  ['elements', '0x010061020102000000000000000000', { maxElements: 1 }],
  ['a dimension beyond 2^53', '0x0100610201ffffffffffffffff', {}],
  ['an overflow hidden behind a zero', '0x01006102030000000000000000ffffffffffff0f00ffffffffffff0f00', {}],
]

for (const [what, bytes, limits] of tooLarge) {
  test(`decode stops at the limit of ${what}`, () =>
    assert.throws(() => decode(hexToBytes(bytes), limits), { code: 'TENSOR_TOO_LARGE' }))
}

test('decode takes what lies exactly at its limits', () => {
  const limits = { maxBytes: 14, maxTensors: 1, maxNameBytes: 1, maxRank: 1, maxElements: 1 }
  assert.equal(bytesToHex(decode(hexToBytes(a), limits).a?.data ?? new Uint8Array(0)), '0x2a')
})

test('tensors without elements survive', () => {
  const set = { none: fromTyped('float32', new Float32Array(0), [0, 3]), texts: fromTyped('string', [], [0]) }
  assert.deepEqual(decode(encode(set)), set)
})
