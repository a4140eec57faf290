import type { ModelManifest, TensorSet } from '@dim/sdk'
import { type NpyArray, parse } from 'npyjs'
import { InputFileInvalidError } from './errors.ts'

const dtypes: Readonly<Record<string, TensorSet.DType>> = {
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  b1: 'bool',
}

/** Reads an array that NumPy saved, for one input of a model; the type must be that of the input. */
export function decodeNpy(bytes: Uint8Array, port: ModelManifest.Port): TensorSet.Tensor {
  const { data, shape, dtype, fortranOrder } = readArray(bytes)
  const found = dtypes[dtype]
  if (fortranOrder) throw new InputFileInvalidError('.npy', 'it is in Fortran order; save it with order C')
  if (found !== port.dtype) {
    throw new InputFileInvalidError('.npy', `it holds ${found ?? dtype}, "${port.name}" wants ${port.dtype}`)
  }
  const raw = new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return { dtype: found, dims: shape, data: raw }
}

function readArray(bytes: Uint8Array): NpyArray {
  try {
    return parse(new Uint8Array(bytes).buffer, { convertFloat16: false })
  } catch (cause) {
    throw new InputFileInvalidError('.npy', 'it cannot be read', cause)
  }
}
