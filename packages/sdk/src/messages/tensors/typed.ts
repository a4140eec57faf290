import { TensorMalformedError } from '../../errors/tensorMalformed.ts'
import { assertTensor, stringItems } from './check.ts'
import type { DType } from './dtypes.ts'
import { elementCount } from './layout.ts'
import type { Tensor } from './types.ts'

/**
 * Which JavaScript array holds which element type: 16-bit floats as their bit patterns, 8-bit floats and packed types as bytes,
 * complex numbers as pairs, bool as bytes 0 and 1.
 */
export type TypedArrays = {
  float32: Float32Array
  float64: Float64Array
  float16: Uint16Array
  bfloat16: Uint16Array
  float8e4m3fn: Uint8Array
  float8e4m3fnuz: Uint8Array
  float8e5m2: Uint8Array
  float8e5m2fnuz: Uint8Array
  float8e8m0: Uint8Array
  float4e2m1: Uint8Array
  complex64: Float32Array
  complex128: Float64Array
  int8: Int8Array
  int16: Int16Array
  int32: Int32Array
  int64: BigInt64Array
  uint8: Uint8Array
  uint16: Uint16Array
  uint32: Uint32Array
  uint64: BigUint64Array
  int2: Uint8Array
  int4: Uint8Array
  uint2: Uint8Array
  uint4: Uint8Array
  bool: Uint8Array
  string: readonly string[]
}

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  complex64: Float32Array,
  complex128: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
} as const

const utf8 = new TextEncoder()

/**
 * Makes a tensor from a typed array (strings from an array of strings).
 *
 * @param values Elements in row-major order, in the array that `TypedArrays` names for the type; they are copied.
 * @param dims Shape; empty for a scalar.
 * @throws `TENSOR_MALFORMED` when values and dimensions do not agree.
 * @example TensorSet.fromTyped('float32', new Float32Array(576), [1, 576])
 */
export function fromTyped<D extends DType>(
  dtype: D,
  values: TypedArrays[D],
  dims: readonly number[],
): Tensor {
  const data = ArrayBuffer.isView(values)
    ? new Uint8Array(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    : stringData(values as readonly string[])
  const tensor = { dtype, dims: [...dims], data }
  assertTensor(dtype, tensor)
  return tensor
}

/**
 * The elements of a tensor as the typed array of its type (strings as an array of strings).
 *
 * @returns A copy; see `TypedArrays` for what stands for what.
 * @throws `TENSOR_MALFORMED` when data and dimensions do not agree.
 * @example const logits = TensorSet.toTyped(outputs.linear) as Float32Array
 */
export function toTyped<D extends DType>(tensor: Tensor & { readonly dtype: D }): TypedArrays[D] {
  assertTensor(tensor.dtype, tensor)
  return (
    tensor.dtype === 'string'
      ? stringItems(tensor.dtype, tensor.data, elementCount(tensor.dims)).items
      : arrayOf(tensor.dtype, new Uint8Array(tensor.data))
  ) as TypedArrays[D]
}

function arrayOf(dtype: DType, copy: Uint8Array): ArrayBufferView {
  if (!(dtype in constructors)) return copy
  return new constructors[dtype as keyof typeof constructors](copy.buffer as ArrayBuffer)
}

function stringData(values: readonly string[]): Uint8Array {
  const items = values.map((value) => {
    if (!value.isWellFormed()) throw new TensorMalformedError('a string holds half a surrogate pair')
    return utf8.encode(value)
  })
  const data = new Uint8Array(items.reduce((sum, item) => sum + 4 + item.length, 0))
  const view = new DataView(data.buffer)
  let offset = 0
  for (const item of items) {
    view.setUint32(offset, item.length, true)
    data.set(item, offset + 4)
    offset += 4 + item.length
  }
  return data
}
