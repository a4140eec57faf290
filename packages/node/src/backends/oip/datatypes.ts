import type { TensorSet } from '@dim/sdk'
import { BackendAnswerInvalidError, BackendDtypeUnsupportedError } from '../errors.ts'

const datatypes: Partial<Record<TensorSet.DType, string>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  bfloat16: 'BF16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
}

const dtypes = new Map(Object.entries(datatypes).map(([dtype, name]) => [name, dtype as TensorSet.DType]))

/** The protocol's name of an element type; complex, float8 and packed types have none. */
export function toDatatype(name: string, dtype: TensorSet.DType): string {
  const datatype = datatypes[dtype]
  if (datatype === undefined)
    throw new BackendDtypeUnsupportedError(name, `the protocol has no type for ${dtype}`)
  return datatype
}

/** The element type of the protocol's name. */
export function fromDatatype(url: string, datatype: string): TensorSet.DType {
  const dtype = dtypes.get(datatype)
  if (dtype === undefined) throw new BackendAnswerInvalidError(url, `it has the element type "${datatype}"`)
  return dtype
}
