import { TensorSet } from '@dim/sdk'
import { BackendAnswerInvalidError } from '../errors.ts'
import { fromDatatype } from './datatypes.ts'

/** 64-bit integers come as decimal text. */
export type TensorContents = {
  bool_contents: boolean[]
  int_contents: number[]
  int64_contents: string[]
  uint_contents: number[]
  uint64_contents: string[]
  fp32_contents: number[]
  fp64_contents: number[]
  bytes_contents: Uint8Array[]
}

const fields: Partial<Record<TensorSet.DType, keyof TensorContents>> = {
  bool: 'bool_contents',
  int8: 'int_contents',
  int16: 'int_contents',
  int32: 'int_contents',
  int64: 'int64_contents',
  uint8: 'uint_contents',
  uint16: 'uint_contents',
  uint32: 'uint_contents',
  uint64: 'uint64_contents',
  float32: 'fp32_contents',
  float64: 'fp64_contents',
  string: 'bytes_contents',
}

type Head = { name: string; datatype: string; shape: readonly number[] }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A tensor from the typed fields of the protocol's gRPC message; half floats have none there. */
export function fromContents(
  url: string,
  { name, datatype, shape }: Head,
  contents: TensorContents | null,
): TensorSet.Tensor {
  const dtype = fromDatatype(url, datatype)
  const field = fields[dtype]
  const invalid = (why: string, cause?: unknown) =>
    new BackendAnswerInvalidError(url, `output "${name}" ${why}`, { cause })
  if (field === undefined) throw invalid(`is ${datatype}, which needs raw contents`)
  const items = contents?.[field] ?? []
  try {
    if (dtype === 'string') {
      const texts = (items as Uint8Array[]).map((bytes) => utf8.decode(bytes))
      return TensorSet.fromTyped('string', texts, shape)
    }
    const isWide = dtype === 'int64' || dtype === 'uint64'
    const numbers = items.map((item) => (isWide ? BigInt(String(item)) : Number(item)))
    return TensorSet.fromNumbers(dtype, numbers, shape)
  } catch (cause) {
    throw invalid(`is no ${dtype}[${shape.join(', ')}]`, cause)
  }
}
