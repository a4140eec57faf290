import { TensorMalformedError } from '../../errors/tensorMalformed.ts'
import { layoutOf } from './dtypes.ts'
import { elementCount, tensorBytes } from './layout.ts'
import type { Tensor } from './types.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Checks that a tensor's data fit its type and dimensions, except for its NaNs.
 *
 * @throws `TENSOR_MALFORMED` naming the tensor.
 */
export function assertTensor(name: string, tensor: Tensor): void {
  const { dtype, dims, data } = tensor
  const { kind, bits } = layoutOf(dtype)
  const expected = tensorBytes(dtype, dims)
  if (expected !== undefined && data.length !== expected) {
    const shape = `[${dims.join(', ')}]`
    throw new TensorMalformedError(`${dtype} ${shape} takes ${expected} bytes, not ${data.length}`, { name })
  }
  if (kind === 'string') assertStrings(name, tensor)
  if (kind === 'bool' && data.some((byte) => byte > 1)) {
    throw new TensorMalformedError('a bool is neither 0 nor 1', { name })
  }
  if (bits === 2 || bits === 4) assertPadding(name, tensor, bits)
}

function assertStrings(name: string, { dims, data }: Tensor): void {
  const end = stringItems(name, data, elementCount(dims)).end
  if (end !== data.length) throw new TensorMalformedError('bytes follow the last string', { name })
}

/** Reads `count` strings from the start of `data`; `end` is the offset after the last. */
export function stringItems(name: string, data: Uint8Array, count: number): { items: string[]; end: number } {
  // Each item has a length of 4 bytes at least: a huge count fails here, before anything is allocated for it.
  if (count > data.length / 4) throw new TensorMalformedError('strings are missing', { name })
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const items: string[] = []
  let offset = 0
  for (let i = 0; i < count; i++) {
    if (offset + 4 > data.length) throw new TensorMalformedError('a string is cut off', { name })
    const end = offset + 4 + view.getUint32(offset, true)
    if (end > data.length) throw new TensorMalformedError('a string is cut off', { name })
    items.push(readText(name, data.subarray(offset + 4, end)))
    offset = end
  }
  return { items, end: offset }
}

function readText(name: string, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new TensorMalformedError('a string is not UTF-8', { name, cause })
  }
}

function assertPadding(name: string, { dims, data }: Tensor, bits: 2 | 4): void {
  const used = (elementCount(dims) * bits) % 8
  const last = data.at(-1)
  if (used !== 0 && last !== undefined && last >> used !== 0) {
    throw new TensorMalformedError('unused bits of the last byte are not zero', { name })
  }
}
