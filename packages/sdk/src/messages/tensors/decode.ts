import { TensorMalformedError } from '../../errors/tensorMalformed.ts'
import { TensorTooLargeError } from '../../errors/tensorTooLarge.ts'
import { assertTensor, stringItems } from './check.ts'
import { compareBytes } from './compareBytes.ts'
import { type DType, dtypeOfCode } from './dtypes.ts'
import { elementCount, tensorBytes } from './layout.ts'
import { settleNans } from './nan.ts'
import type { Tensor, TensorSet } from './types.ts'

/** What a reader takes at most. */
export type DecodeLimits = {
  readonly maxBytes: number
  readonly maxTensors: number
  readonly maxNameBytes: number
  readonly maxRank: number
  /** Of one tensor. */
  readonly maxElements: number
}

/** Limits of `decode` unless others are given: 1 GiB, 4,096 tensors, names of 1,024 bytes, 32 dimensions, 2^32 elements. */
export const defaultLimits: DecodeLimits = {
  maxBytes: 2 ** 30,
  maxTensors: 4096,
  maxNameBytes: 1024,
  maxRank: 32,
  maxElements: 2 ** 32,
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

type Cursor = {
  readonly bytes: Uint8Array
  readonly view: DataView
  offset: number
  readonly limits: DecodeLimits
}

/**
 * Reads the canonical bytes of a tensor set; strict, so that `encode(decode(bytes))` is always `bytes`.
 *
 * @param bytes From `encode`, here or on another machine.
 * @param limits What to take at most; missing ones are `defaultLimits`.
 * @returns Tensors whose `data` are copies that start on an aligned address.
 * @throws `TENSOR_MALFORMED` for anything that `encode` would not write: unsorted or repeated names, wrong lengths, trailing bytes,
 *   a bool other than 0 or 1, a NaN other than the quiet one. `TENSOR_TOO_LARGE` beyond a limit.
 * @example const outputs = TensorSet.decode(bytes, { maxBytes: 16 * 2 ** 20 })
 */
export function decode(bytes: Uint8Array, limits: Partial<DecodeLimits> = {}): TensorSet {
  const all = { ...defaultLimits, ...limits }
  assertWithin('the encoding in bytes', bytes.length, all.maxBytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const cursor: Cursor = { bytes, view, offset: 0, limits: all }
  const entries: [string, Tensor][] = []
  let previous: Uint8Array | undefined
  while (cursor.offset < bytes.length) {
    assertWithin('the number of tensors', entries.length + 1, all.maxTensors)
    const nameBytes = readName(cursor)
    const name = nameText(nameBytes)
    if (previous !== undefined && compareBytes(previous, nameBytes) >= 0) {
      throw new TensorMalformedError('names are not sorted or one is there twice', { name })
    }
    previous = nameBytes
    entries.push([name, readTensor(cursor, name)])
  }
  // fromEntries defines own properties, so a tensor named "__proto__" is a tensor like any other.
  return Object.fromEntries(entries)
}

function readName(cursor: Cursor): Uint8Array {
  const length = take(cursor, 2).view.getUint16(0, true)
  assertWithin('the length of a name', length, cursor.limits.maxNameBytes)
  if (length === 0) throw new TensorMalformedError('a name is empty')
  return take(cursor, length).bytes
}

function nameText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new TensorMalformedError('a name is not UTF-8', { cause })
  }
}

function readTensor(cursor: Cursor, name: string): Tensor {
  const head = take(cursor, 2).view
  const code = head.getUint8(0)
  const dtype = dtypeOfCode(code)
  if (dtype === undefined) throw new TensorMalformedError(`there is no type with code ${code}`, { name })
  const dims = readDims(cursor, head.getUint8(1))
  const tensor = { dtype, dims, data: readData(cursor, { name, dtype, dims }) }
  assertTensor(name, tensor)
  if (settleNans(dtype, tensor.data) !== 0)
    throw new TensorMalformedError('a NaN is not the quiet one', { name })
  return tensor
}

function readDims(cursor: Cursor, rank: number): number[] {
  assertWithin('the number of dimensions', rank, cursor.limits.maxRank)
  const { view } = take(cursor, 8 * rank)
  const dims: number[] = []
  for (let i = 0; i < rank; i++) {
    const dim = view.getBigUint64(8 * i, true)
    assertWithin('a dimension', dim, Number.MAX_SAFE_INTEGER)
    dims.push(Number(dim))
  }
  elementCount(dims, cursor.limits.maxElements)
  return dims
}

function readData(cursor: Cursor, { name, dtype, dims }: { name: string; dtype: DType; dims: number[] }) {
  const rest = cursor.bytes.subarray(cursor.offset)
  const length = tensorBytes(dtype, dims) ?? stringItems(name, rest, elementCount(dims)).end
  return new Uint8Array(take(cursor, length).bytes)
}

function take(cursor: Cursor, length: number): { bytes: Uint8Array; view: DataView } {
  const start = cursor.offset
  if (length > cursor.bytes.length - start) throw new TensorMalformedError('the bytes end too early')
  cursor.offset = start + length
  const { buffer, byteOffset } = cursor.bytes
  return {
    bytes: cursor.bytes.subarray(start, cursor.offset),
    view: new DataView(buffer, byteOffset + start, length),
  }
}

function assertWithin(what: string, actual: number | bigint, limit: number): void {
  if (actual > limit) throw new TensorTooLargeError(what, { actual, limit })
}
