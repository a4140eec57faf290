import { type ModelManifest, TensorSet } from '@dim/sdk'
import { InputRejectedError } from '../errors/inputRejected.ts'

type Port = ModelManifest.ModelManifest['inputs'][number]

const filled = {
  float32: (length: number, value: number) => new Float32Array(length).fill(value),
  float64: (length: number, value: number) => new Float64Array(length).fill(value),
  int8: (length: number, value: number) => new Int8Array(length).fill(value),
  int16: (length: number, value: number) => new Int16Array(length).fill(value),
  int32: (length: number, value: number) => new Int32Array(length).fill(value),
  int64: (length: number, value: number) => new BigInt64Array(length).fill(BigInt(value)),
  uint8: (length: number, value: number) => new Uint8Array(length).fill(value),
  uint16: (length: number, value: number) => new Uint16Array(length).fill(value),
  uint32: (length: number, value: number) => new Uint32Array(length).fill(value),
  uint64: (length: number, value: number) => new BigUint64Array(length).fill(BigInt(value)),
  bool: (length: number, value: number) => new Uint8Array(length).fill(value === 0 ? 0 : 1),
} as const

const isFillable = (dtype: string): dtype is keyof typeof filled => Object.hasOwn(filled, dtype)

/** The tensor of an input that the client left out; `sizes` holds the named dimensions that other inputs fixed. */
export function defaultTensor(port: Port, sizes: ReadonlyMap<string, number>): TensorSet.Tensor {
  const { name, dtype, default: value } = port
  if (value === undefined || !isFillable(dtype)) {
    throw new InputRejectedError('INPUT_MISSING', `"${name}" is missing and has no default`)
  }
  const dims = port.dims.map((dim) => {
    const size = typeof dim === 'number' ? dim : (sizes.get(dim) ?? port.defaultDims?.[dim])
    if (size !== undefined) return size
    throw new InputRejectedError('INPUT_MISSING', `"${name}" is missing and the size of "${dim}" is open`)
  })
  const length = dims.reduce((product, dim) => product * dim, 1)
  return TensorSet.fromTyped(dtype, filled[dtype](length, value) as never, dims)
}
