import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BaseError } from '../../errors/baseError.ts'
import { decode } from './decode.ts'
import { type DType, dtypes } from './dtypes.ts'
import { encode } from './encode.ts'
import { tensorBytes } from './layout.ts'
import { fromTyped } from './typed.ts'
import type { Tensor } from './types.ts'

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => text.isWellFormed())
const dims = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })

const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(
    fc.constantFrom(...dtypes),
    dims,
    fc.uint8Array({ minLength: 4096, maxLength: 4096 }),
    fc.string({ unit: 'grapheme' }),
  )
  .map(([dtype, shape, random, text]) => makeTensor(dtype, { shape, random, text }))

function makeTensor(
  dtype: DType,
  { shape, random, text }: { shape: number[]; random: Uint8Array; text: string },
): Tensor {
  const count = shape.reduce((product, dim) => product * dim, 1)
  if (dtype === 'string')
    return fromTyped('string', new Array<string>(count).fill(text.toWellFormed()), shape)
  const data = random.slice(0, tensorBytes(dtype, shape))
  if (dtype === 'bool') return { dtype, dims: shape, data: data.map((byte) => byte & 1) }
  const used = (count * ({ int4: 4, uint4: 4, float4e2m1: 4, int2: 2, uint2: 2 }[dtype as string] ?? 8)) % 8
  if (used !== 0) data[data.length - 1] = (data.at(-1) as number) & ((1 << used) - 1)
  return { dtype, dims: shape, data }
}

const set = fc.dictionary(name, tensor, { maxKeys: 6 })

function codedOr<T>(attempt: () => T): T | undefined {
  try {
    return attempt()
  } catch (error) {
    assert.ok(error instanceof BaseError, `not a coded error: ${error}`)
    assert.match(error.code, /^TENSOR_(MALFORMED|TOO_LARGE)$/)
    return undefined
  }
}

test('encode, decode, encode gives the same bytes for any tensors', () => {
  fc.assert(
    fc.property(set, (tensors) => {
      const bytes = encode(tensors)
      assert.deepEqual(encode(decode(bytes)), bytes)
    }),
    { numRuns: 500 },
  )
})

test('decode of any bytes answers or throws a coded error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const tensors = codedOr(() => decode(bytes))
      if (tensors !== undefined) assert.deepEqual(encode(tensors), bytes)
    }),
    { numRuns: 2000 },
  )
})

test('decode of changed bytes answers what encodes to exactly them, or throws a coded error', () => {
  fc.assert(
    fc.property(
      set,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.nat({ max: 3 }),
      (tensors, at, change, how) => {
        const bytes = encode(tensors)
        if (bytes.length === 0) return
        const mutated = mutate(bytes, { at: at % bytes.length, change, how })
        const decoded = codedOr(() => decode(mutated))
        if (decoded !== undefined) assert.deepEqual(encode(decoded), mutated)
      },
    ),
    { numRuns: 3000 },
  )
})

function mutate(
  bytes: Uint8Array,
  { at, change, how }: { at: number; change: number; how: number },
): Uint8Array {
  if (how === 0) return bytes.slice(0, at)
  if (how === 1) return Uint8Array.from([...bytes, change])
  if (how === 2) return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1)])
  const copy = bytes.slice()
  copy[at] = (copy[at] as number) ^ change
  return copy
}
