import { TensorMalformedError } from '../../errors/tensorMalformed.ts'
import { type DType, layoutOf } from './dtypes.ts'
import { elementCount, tensorBytes } from './layout.ts'
import { numberToSmallFloat, smallFloatToNumber } from './smallFloats.ts'
import { toTyped } from './typed.ts'
import type { Tensor } from './types.ts'

const wideArrays = {
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
} as const

/**
 * The elements of a tensor as numbers, whatever its type: complex as pairs, bool as 0 and 1, packed types unpacked.
 *
 * @returns One number per element (two for complex types), row-major. 64-bit integers beyond 2^53 lose their last bits.
 * @throws `TENSOR_MALFORMED` for strings, or when data and dimensions do not agree.
 * @example const probability = TensorSet.toNumbers(outputs.output)[0]
 */
export function toNumbers(tensor: Tensor): ArrayLike<number> {
  const { dtype, dims } = tensor
  const typed = toTyped(tensor)
  if (!ArrayBuffer.isView(typed)) throw new TensorMalformedError('strings are no numbers')
  if (typed instanceof BigInt64Array || typed instanceof BigUint64Array)
    return Float64Array.from(typed, Number)
  if (isPacked(dtype)) return unpack(typed, { dtype, count: elementCount(dims) })
  return dtype in wideArrays ? typed : Float64Array.from(typed, (code) => smallFloatToNumber(dtype, code))
}

/**
 * Makes a tensor of any type but string from numbers; floats are rounded to the nearest value of the type, integers must fit.
 *
 * @param values One number or bigint per element (two per element for complex types).
 * @param dims Shape; empty for a scalar.
 * @throws `TENSOR_MALFORMED` when an integer is out of range, a bool is not 0 or 1, or the count does not fit the shape.
 * @example TensorSet.fromNumbers('int64', [16000], [])
 */
export function fromNumbers(
  dtype: DType,
  values: readonly (number | bigint)[],
  dims: readonly number[],
): Tensor {
  const { kind } = layoutOf(dtype)
  if (kind === 'string') throw new TensorMalformedError('numbers are no strings')
  const expected = elementCount(dims) * (kind === 'complex' ? 2 : 1)
  if (values.length !== expected) {
    throw new TensorMalformedError(`[${dims.join(', ')}] takes ${expected} numbers, not ${values.length}`)
  }
  if (kind === 'integer' || kind === 'bool') assertIntegers(dtype, values)
  const data = isPacked(dtype) ? pack(dtype, { values, dims }) : bytesOf(elementsOf(dtype, values))
  return { dtype, dims: [...dims], data }
}

function elementsOf(dtype: DType, values: readonly (number | bigint)[]): ArrayBufferView {
  if (dtype in wideArrays) return new wideArrays[dtype as keyof typeof wideArrays](values.map(Number))
  const { kind, bits } = layoutOf(dtype)
  if (kind === 'integer') return BigUint64Array.from(values, (value) => BigInt.asUintN(64, BigInt(value)))
  const toCode = (value: number | bigint) => numberToSmallFloat(dtype, Number(value))
  return bits === 16 ? Uint16Array.from(values, toCode) : Uint8Array.from(values, toCode)
}

const bytesOf = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

function isPacked(dtype: DType): boolean {
  const { bits } = layoutOf(dtype)
  return bits === 2 || bits === 4
}

function unpack(bytes: ArrayLike<number>, { dtype, count }: { dtype: DType; count: number }): Float64Array {
  const { bits, kind } = layoutOf(dtype)
  const signed = dtype.startsWith('int')
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const code = ((bytes[(i * bits) >> 3] as number) >> ((i * bits) & 7)) & ((1 << bits) - 1)
    if (kind === 'float') values[i] = smallFloatToNumber(dtype, code)
    else values[i] = signed && code >> (bits - 1) ? code - (1 << bits) : code
  }
  return values
}

function pack(
  dtype: DType,
  { values, dims }: { values: readonly (number | bigint)[]; dims: readonly number[] },
) {
  const { bits, kind } = layoutOf(dtype)
  const bytes = new Uint8Array(tensorBytes(dtype, dims) ?? 0)
  values.forEach((value, i) => {
    const number = Number(value)
    const code = kind === 'float' ? numberToSmallFloat(dtype, number) : number & ((1 << bits) - 1)
    bytes[(i * bits) >> 3] = (bytes[(i * bits) >> 3] as number) | (code << ((i * bits) & 7))
  })
  return bytes
}

function assertIntegers(dtype: DType, values: readonly (number | bigint)[]): void {
  const bits = dtype === 'bool' ? 1n : BigInt(layoutOf(dtype).bits)
  const signed = dtype.startsWith('int')
  const least = signed ? -(1n << (bits - 1n)) : 0n
  const most = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n
  for (const value of values) {
    if (typeof value === 'number' && !Number.isInteger(value)) {
      throw new TensorMalformedError(`${value} is no whole number, as ${dtype} wants`)
    }
    const integer = BigInt(value)
    if (integer < least || integer > most)
      throw new TensorMalformedError(`${value} is out of range for ${dtype}`)
  }
}
