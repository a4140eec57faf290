import { TensorSet } from '@dim/sdk'
import { TensorDtypeUnsupportedError, WorkerCrashedError } from './errors.ts'
import { paddedBytes } from './paddedBytes.ts'
import type { WireTensor } from './protocol.ts'

/** What the engine's JavaScript binding passes, with the size of an element in bytes (0: strings). */
const elementBytes: Partial<Record<TensorSet.DType, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  bool: 1,
  string: 0,
}

/** Element types that a worker can take and give. */
export const isRunnableDtype = (dtype: TensorSet.DType): boolean => elementBytes[dtype] !== undefined

/** Refuses inputs that no worker can take, without copying them. */
export function assertRunnable(modelKey: string, inputs: TensorSet.TensorSet): void {
  for (const name in inputs) {
    const dtype = inputs[name]?.dtype
    if (dtype !== undefined && !isRunnableDtype(dtype)) {
      throw new TensorDtypeUnsupportedError(modelKey, `input "${name}" is ${dtype}`)
    }
  }
}

/** Describes a tensor set for a frame: a list for the header, and the parts of the payload. */
export function toWire(
  modelKey: string,
  inputs: TensorSet.TensorSet,
): { tensors: WireTensor[]; parts: Uint8Array[] } {
  assertRunnable(modelKey, inputs)
  const tensors: WireTensor[] = []
  const parts: Uint8Array[] = []
  for (const [name, { dtype, dims, data }] of Object.entries(inputs)) {
    tensors.push({ name, dtype, dims: [...dims], bytes: data.byteLength })
    parts.push(data, new Uint8Array(paddedBytes(data.byteLength) - data.byteLength))
  }
  return { tensors, parts }
}

/** Reads a worker's outputs, trusting nothing that it says about their sizes. */
export function fromWire(
  modelKey: string,
  tensors: readonly WireTensor[],
  payload: Uint8Array,
): TensorSet.TensorSet {
  const outputs: Record<string, TensorSet.Tensor> = {}
  let offset = 0
  for (const { name, dtype, dims, bytes } of tensors) {
    assertSize(modelKey, { name, dtype, dims, bytes })
    if (!TensorSet.isDType(dtype) || offset + bytes > payload.length) {
      throw new WorkerCrashedError(modelKey, `output "${name}" lies outside of its frame`)
    }
    outputs[name] = { dtype, dims, data: payload.subarray(offset, offset + bytes) }
    offset += paddedBytes(bytes)
  }
  if (offset !== payload.length) throw new WorkerCrashedError(modelKey, 'bytes follow the last output')
  return outputs
}

function assertSize(modelKey: string, { name, dtype, dims, bytes }: WireTensor): void {
  const size = TensorSet.isDType(dtype) ? elementBytes[dtype] : undefined
  if (size === undefined) throw new TensorDtypeUnsupportedError(modelKey, `output "${name}" is ${dtype}`)
  if (size === 0) return
  const expected = dims.reduce((product, dim) => product * dim, size)
  if (expected !== bytes) {
    throw new WorkerCrashedError(
      modelKey,
      `output "${name}" has ${bytes} bytes where its shape needs ${expected}`,
    )
  }
}
