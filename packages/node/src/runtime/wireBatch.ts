import type { TensorSet } from '@dim/sdk'
import type { BatchAxes } from './protocol.ts'

type Layout = { outer: number; rowBytes: number }

/** Rows of a tensor along an axis: how many blocks stand before it, and the bytes of one block of one item. */
function layoutOf(dims: readonly number[], axis: number, bytes: number): Layout {
  const outer = dims.slice(0, axis).reduce((product, dim) => product * dim, 1)
  return { outer, rowBytes: outer === 0 ? 0 : bytes / outer }
}

/** Puts one item's bytes where they belong in a batch of `count`. */
export function scatter(
  target: Uint8Array,
  item: Uint8Array,
  place: { dims: readonly number[]; axis: number; index: number; count: number },
): void {
  const { outer, rowBytes } = layoutOf(place.dims, place.axis, item.byteLength)
  for (let row = 0; row < outer; row++) {
    const from = item.subarray(row * rowBytes, (row + 1) * rowBytes)
    target.set(from, (row * place.count + place.index) * rowBytes)
  }
}

/** Takes one item's bytes out of a batch of `count`; the inverse of `scatter`. */
export function gather(
  batch: Uint8Array,
  place: { dims: readonly number[]; axis: number; index: number; count: number },
): Uint8Array {
  const bytes = batch.byteLength / place.count
  const { outer, rowBytes } = layoutOf(place.dims, place.axis, bytes)
  if (outer === 1) return batch.subarray(place.index * bytes, (place.index + 1) * bytes)
  const item = new Uint8Array(bytes)
  for (let row = 0; row < outer; row++) {
    const at = (row * place.count + place.index) * rowBytes
    item.set(batch.subarray(at, at + rowBytes), row * rowBytes)
  }
  return item
}

/** The shape of a batch of `count` items of one shape. */
export const batchDims = (dims: readonly number[], axis: number, count: number): number[] =>
  dims.map((dim, at) => (at === axis ? dim * count : dim))

/** One input of `count` equal items, as a profile measures a batch. */
export function repeat(inputs: TensorSet.TensorSet, axes: BatchAxes, count: number): TensorSet.TensorSet {
  const repeated: Record<string, TensorSet.Tensor> = {}
  for (const [name, tensor] of Object.entries(inputs)) {
    const axis = axes[name]
    if (axis === undefined || axis === null) {
      repeated[name] = tensor
      continue
    }
    const data = new Uint8Array(tensor.data.byteLength * count)
    for (let index = 0; index < count; index++) {
      scatter(data, tensor.data, { dims: tensor.dims, axis, index, count })
    }
    repeated[name] = { dtype: tensor.dtype, dims: batchDims(tensor.dims, axis, count), data }
  }
  return repeated
}
