import type { DType } from './dtypes.ts'

/** Makes every NaN of a word array the one quiet NaN; returns how many words it changed. */
type Settle = (data: Uint8Array) => number

const settle16 =
  (infinity: number, quiet: number): Settle =>
  (data) => {
    const words = new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
    let changed = 0
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as number
      if ((word & 0x7fff) <= infinity || word === quiet) continue
      words[i] = quiet
      changed++
    }
    return changed
  }

const settle8 =
  (isNan: (byte: number) => boolean, quiet: number): Settle =>
  (data) => {
    let changed = 0
    for (let i = 0; i < data.length; i++) {
      const byte = data[i] as number
      if (byte === quiet || !isNan(byte)) continue
      data[i] = quiet
      changed++
    }
    return changed
  }

const settle32: Settle = (data) => {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length / 4)
  let changed = 0
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number
    if ((word & 0x7fffffff) <= 0x7f800000 || word === 0x7fc00000) continue
    words[i] = 0x7fc00000
    changed++
  }
  return changed
}

const settle64: Settle = (data) => {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length / 4)
  let changed = 0
  for (let i = 0; i < words.length; i += 2) {
    const low = words[i] as number
    const high = words[i + 1] as number
    const magnitude = high & 0x7fffffff
    const isNan = magnitude > 0x7ff00000 || (magnitude === 0x7ff00000 && low !== 0)
    if (!isNan || (high === 0x7ff80000 && low === 0)) continue
    words[i] = 0
    words[i + 1] = 0x7ff80000
    changed++
  }
  return changed
}

/** Types that are not here have no NaN, or (fnuz, e8m0) exactly one. */
const settlers: Partial<Record<DType, Settle>> = {
  float16: settle16(0x7c00, 0x7e00),
  bfloat16: settle16(0x7f80, 0x7fc0),
  float32: settle32,
  complex64: settle32,
  float64: settle64,
  complex128: settle64,
  float8e4m3fn: settle8((byte) => (byte & 0x7f) === 0x7f, 0x7f),
  float8e5m2: settle8((byte) => (byte & 0x7f) > 0x7c, 0x7e),
}

/**
 * Makes every NaN in `data` the type's one quiet NaN, in place; −0 and everything else stay as they are.
 *
 * @param data Little-endian elements that start on a multiple of 4 in their buffer.
 * @returns How many elements it changed: 0 means that `data` was canonical.
 */
export function settleNans(dtype: DType, data: Uint8Array): number {
  return settlers[dtype]?.(data) ?? 0
}
