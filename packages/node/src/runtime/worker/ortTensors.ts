import * as ort from 'onnxruntime-node'
import { paddedBytes } from '../paddedBytes.ts'
import type { WireTensor } from '../protocol.ts'
import { WorkerFault } from './workerFault.ts'

type NumericType = Exclude<ort.Tensor.Type, 'string' | 'int4' | 'uint4'>

const readers: Record<NumericType, (buffer: ArrayBuffer, offset: number, bytes: number) => ArrayBufferView> =
  {
    float32: (buffer, offset, bytes) => new Float32Array(buffer, offset, bytes / 4),
    float64: (buffer, offset, bytes) => new Float64Array(buffer, offset, bytes / 8),
    float16: (buffer, offset, bytes) => new Uint16Array(buffer, offset, bytes / 2),
    int8: (buffer, offset, bytes) => new Int8Array(buffer, offset, bytes),
    uint8: (buffer, offset, bytes) => new Uint8Array(buffer, offset, bytes),
    int16: (buffer, offset, bytes) => new Int16Array(buffer, offset, bytes / 2),
    uint16: (buffer, offset, bytes) => new Uint16Array(buffer, offset, bytes / 2),
    int32: (buffer, offset, bytes) => new Int32Array(buffer, offset, bytes / 4),
    uint32: (buffer, offset, bytes) => new Uint32Array(buffer, offset, bytes / 4),
    int64: (buffer, offset, bytes) => new BigInt64Array(buffer, offset, bytes / 8),
    uint64: (buffer, offset, bytes) => new BigUint64Array(buffer, offset, bytes / 8),
    bool: (buffer, offset, bytes) => new Uint8Array(buffer, offset, bytes),
  }

const isNumericType = (dtype: string): dtype is NumericType => Object.hasOwn(readers, dtype)

/** Views the payload of a run command as the engine's tensors, without copying numbers. */
export function toFeeds(tensors: readonly WireTensor[], payload: Uint8Array): Record<string, ort.Tensor> {
  const feeds: Record<string, ort.Tensor> = {}
  let offset = payload.byteOffset
  for (const { name, dtype, dims, bytes } of tensors) {
    feeds[name] = toOrtTensor(dtype, dims, payload.buffer as ArrayBuffer, offset, bytes)
    offset += paddedBytes(bytes)
  }
  return feeds
}

function toOrtTensor(
  dtype: string,
  dims: readonly number[],
  buffer: ArrayBuffer,
  offset: number,
  bytes: number,
): ort.Tensor {
  if (dtype === 'string')
    return new ort.Tensor('string', readStrings(new Uint8Array(buffer, offset, bytes)), dims)
  if (!isNumericType(dtype)) throw new WorkerFault('TENSOR_DTYPE_UNSUPPORTED', `input of type ${dtype}`)
  return new ort.Tensor(dtype, readers[dtype](buffer, offset, bytes) as never, dims)
}

/** The raw little-endian bytes of a tensor; strings as u32 length and UTF-8 each. */
export function toBytes(tensor: ort.Tensor): Uint8Array {
  if (tensor.type === 'string') return writeStrings(tensor.data as readonly string[])
  if (!isNumericType(tensor.type))
    throw new WorkerFault('TENSOR_DTYPE_UNSUPPORTED', `output of type ${tensor.type}`)
  const data = tensor.data as ArrayBufferView
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  // An operator may leave any byte in a bool; the encoding knows 0 and 1.
  return tensor.type === 'bool' ? bytes.map((byte) => (byte === 0 ? 0 : 1)) : bytes
}

function readStrings(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const decoder = new TextDecoder()
  const items: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint32(at, true)
    items.push(decoder.decode(bytes.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return items
}

function writeStrings(items: readonly string[]): Uint8Array {
  const encoder = new TextEncoder()
  const encoded = items.map((item) => encoder.encode(item))
  const bytes = new Uint8Array(encoded.reduce((sum, item) => sum + 4 + item.length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const item of encoded) {
    view.setUint32(at, item.length, true)
    bytes.set(item, at + 4)
    at += 4 + item.length
  }
  return bytes
}
