import { type Hex, sha256 } from 'viem'
import { TensorMalformedError } from '../../errors/tensorMalformed.ts'
import { assertTensor } from './check.ts'
import { compareBytes } from './compareBytes.ts'
import { isDType, layoutOf } from './dtypes.ts'
import { settleNans } from './nan.ts'
import type { Tensor, TensorSet } from './types.ts'

const utf8 = new TextEncoder()

type Row = { name: string; nameBytes: Uint8Array; tensor: Tensor; data: Uint8Array }

/**
 * Canonical bytes of a tensor set, the same for the same values whatever the order of its keys.
 *
 * Per tensor, sorted by the bytes of its name: name (u16 length, UTF-8), dtype (u8, ONNX's code), rank (u8), dimensions (u64 each),
 * data; integers are little-endian. Every NaN becomes its type's one quiet NaN; −0 stays.
 *
 * @throws `TENSOR_MALFORMED` when type, dimensions and data of a tensor do not agree.
 * @example const bytes = TensorSet.encode({ x: TensorSet.fromTyped('float32', pixels, [1, 1, 224, 224]) })
 */
export function encode(set: TensorSet): Uint8Array {
  const rows = Object.entries(set).map(([name, tensor]) => toRow(name, tensor))
  rows.sort((a, b) => compareBytes(a.nameBytes, b.nameBytes))
  const bytes = new Uint8Array(rows.reduce((sum, row) => sum + rowLength(row), 0))
  const view = new DataView(bytes.buffer)
  let offset = 0
  for (const row of rows) offset = writeRow(bytes, view, { row, offset })
  return bytes
}

/**
 * SHA-256 of a tensor set's canonical bytes.
 *
 * @returns 32 bytes as hex.
 * @throws `TENSOR_MALFORMED` as `encode`.
 * @example const commit = TensorSet.inputCommit({ digest: TensorSet.digest(inputs), salt })
 */
export function digest(set: TensorSet): Hex {
  return sha256(encode(set))
}

function toRow(name: string, tensor: Tensor): Row {
  const nameBytes = utf8.encode(name)
  if (name === '' || !name.isWellFormed() || nameBytes.length > 0xffff) {
    throw new TensorMalformedError('a name must have 1 to 65,535 bytes of well-formed text', { name })
  }
  if (!isDType(tensor.dtype)) throw new TensorMalformedError(`there is no type "${tensor.dtype}"`, { name })
  if (tensor.dims.length > 255) throw new TensorMalformedError('more than 255 dimensions', { name })
  assertTensor(name, tensor)
  return { name, nameBytes, tensor, data: canonicalData(tensor) }
}

function canonicalData({ dtype, data }: Tensor): Uint8Array {
  const { kind } = layoutOf(dtype)
  if (kind !== 'float' && kind !== 'complex') return data
  const copy = new Uint8Array(data)
  settleNans(dtype, copy)
  return copy
}

const rowLength = ({ nameBytes, tensor, data }: Row) =>
  4 + nameBytes.length + 8 * tensor.dims.length + data.length

function writeRow(bytes: Uint8Array, view: DataView, { row, offset }: { row: Row; offset: number }): number {
  const { nameBytes, tensor, data } = row
  view.setUint16(offset, nameBytes.length, true)
  bytes.set(nameBytes, offset + 2)
  let at = offset + 2 + nameBytes.length
  view.setUint8(at++, layoutOf(tensor.dtype).code)
  view.setUint8(at++, tensor.dims.length)
  for (const dim of tensor.dims) {
    view.setBigUint64(at, BigInt(dim), true)
    at += 8
  }
  bytes.set(data, at)
  return at + data.length
}
