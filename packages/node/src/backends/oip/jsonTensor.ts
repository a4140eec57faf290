import { TensorSet } from '@dim/sdk'
import { BackendAnswerInvalidError, BackendDtypeUnsupportedError } from '../errors.ts'
import { fromDatatype } from './datatypes.ts'

const MAX_DEPTH = 32

/** What `JSON.rawJSON` makes: the very digits, which a number of JavaScript would round. */
type RawJson = { rawJSON: string }

const { rawJSON } = JSON as unknown as { rawJSON(text: string): RawJson }

/** The elements of a tensor in row-major order, as the protocol's JSON carries them. */
export function toJsonData(name: string, tensor: TensorSet.Tensor): readonly unknown[] {
  const { dtype } = tensor
  if (dtype === 'string') return TensorSet.toTyped({ ...tensor, dtype })
  if (dtype === 'int64') return Array.from(TensorSet.toTyped({ ...tensor, dtype }), (v) => rawJSON(String(v)))
  if (dtype === 'uint64')
    return Array.from(TensorSet.toTyped({ ...tensor, dtype }), (v) => rawJSON(String(v)))
  const numbers = Array.from(TensorSet.toNumbers(tensor))
  if (dtype === 'bool') return numbers.map((value) => value === 1)
  if (!numbers.every(Number.isFinite)) {
    throw new BackendDtypeUnsupportedError(name, 'JSON has neither NaN nor infinities')
  }
  return numbers
}

export type JsonTensor = { name: string; datatype: string; shape: readonly number[]; data: unknown }

/** A tensor from the protocol's JSON: flat or nested rows. */
export function fromJsonData(url: string, { name, datatype, shape, data }: JsonTensor): TensorSet.Tensor {
  const dtype = fromDatatype(url, datatype)
  const items: readonly unknown[] = Array.isArray(data) ? data.flat(MAX_DEPTH) : [data]
  const invalid = (cause?: unknown) =>
    new BackendAnswerInvalidError(url, `output "${name}" is no ${dtype}[${shape.join(', ')}]`, { cause })
  try {
    if (dtype !== 'string') return TensorSet.fromNumbers(dtype, items.map(toNumber), shape)
    if (!items.every((item) => typeof item === 'string')) throw invalid()
    return TensorSet.fromTyped('string', items, shape)
  } catch (cause) {
    throw cause instanceof BackendAnswerInvalidError ? cause : invalid(cause)
  }
}

/** What is no number becomes NaN, which no integer type takes; a float that is null was NaN at the server. */
function toNumber(item: unknown): number | bigint {
  if (typeof item === 'number' || typeof item === 'bigint') return item
  return typeof item === 'boolean' ? Number(item) : Number.NaN
}

/** Numbers of JSON; integers that a double would round are bigints. */
export function parseExactJson(text: string): unknown {
  if (!/(?<![\d.])\d{16,}(?![\d.eE])/.test(text)) return JSON.parse(text)
  type Context = { source?: string }
  const exact = (_key: string, value: unknown, context?: Context) => {
    const source = context?.source
    const isRounded = typeof value === 'number' && !Number.isSafeInteger(value)
    return isRounded && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value
  }
  return JSON.parse(text, exact)
}
