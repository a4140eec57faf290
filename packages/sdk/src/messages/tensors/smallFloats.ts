import type { DType } from './dtypes.ts'

/** A binary float of at most 16 bits: sign, exponent, mantissa. `top` is the greatest finite code without its sign. */
type Format = {
  readonly exponentBits: number
  readonly mantissaBits: number
  readonly bias: number
  readonly top: number
  /** Code of +infinity, where there is one. */
  readonly infinity?: number
  readonly nan?: number
}

/** Sources: IEEE 754 binary16, bfloat16, OCP 8-bit and microscaling formats, and ONNX's "fnuz" variants. */
const formats: Partial<Record<DType, Format>> = {
  float16: { exponentBits: 5, mantissaBits: 10, bias: 15, top: 0x7bff, infinity: 0x7c00, nan: 0x7e00 },
  bfloat16: { exponentBits: 8, mantissaBits: 7, bias: 127, top: 0x7f7f, infinity: 0x7f80, nan: 0x7fc0 },
  float8e4m3fn: { exponentBits: 4, mantissaBits: 3, bias: 7, top: 0x7e, nan: 0x7f },
  float8e4m3fnuz: { exponentBits: 4, mantissaBits: 3, bias: 8, top: 0x7f, nan: 0x80 },
  float8e5m2: { exponentBits: 5, mantissaBits: 2, bias: 15, top: 0x7b, infinity: 0x7c, nan: 0x7e },
  float8e5m2fnuz: { exponentBits: 5, mantissaBits: 2, bias: 16, top: 0x7f, nan: 0x80 },
  float4e2m1: { exponentBits: 2, mantissaBits: 1, bias: 1, top: 0x7 },
}

/** Value of one code of a small float type; `float8e8m0` holds powers of two only. */
export function smallFloatToNumber(dtype: DType, code: number): number {
  if (dtype === 'float8e8m0') return code === 0xff ? Number.NaN : 2 ** (code - 127)
  const format = formats[dtype]
  if (format === undefined) return Number.NaN
  const signBit = 1 << (format.exponentBits + format.mantissaBits)
  if (format.nan === signBit && code === signBit) return Number.NaN
  const magnitude = code & (signBit - 1)
  const sign = code & signBit ? -1 : 1
  if (magnitude > format.top)
    return magnitude === format.infinity ? sign * Number.POSITIVE_INFINITY : Number.NaN
  const exponent = magnitude >> format.mantissaBits
  const mantissa = magnitude & ((1 << format.mantissaBits) - 1)
  const units = exponent === 0 ? mantissa : mantissa + (1 << format.mantissaBits)
  return sign * units * 2 ** (Math.max(exponent, 1) - format.bias - format.mantissaBits)
}

/** Nearest code of a number, ties to even; too large becomes infinity where the type has one, else its greatest value. */
export function numberToSmallFloat(dtype: DType, value: number): number {
  if (dtype === 'float8e8m0') return powerOfTwo(value)
  const format = formats[dtype]
  if (format === undefined) return 0
  const signBit = 1 << (format.exponentBits + format.mantissaBits)
  if (Number.isNaN(value)) return format.nan ?? 0
  const negative = value < 0 || Object.is(value, -0)
  const code = Math.min(magnitudeCode(format, Math.abs(value)), format.infinity ?? format.top)
  // Types without −0 keep its code for their NaN.
  if (code === 0 && format.nan === signBit) return 0
  return negative ? code | signBit : code
}

function magnitudeCode(format: Format, magnitude: number): number {
  if (magnitude === Number.POSITIVE_INFINITY) return format.infinity ?? format.top
  const least = 1 - format.bias
  const exponent = Math.max(binaryExponent(magnitude), least)
  const units = roundHalfEven(magnitude / 2 ** (exponent - format.mantissaBits))
  const code = (exponent - least) * 2 ** format.mantissaBits + units
  return code > format.top ? (format.infinity ?? format.top) : code
}

function binaryExponent(magnitude: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, magnitude)
  return ((view.getUint16(0) >> 4) & 0x7ff) - 1023
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return rest > 0.5 ? floor + 1 : floor
  return floor % 2 === 0 ? floor : floor + 1
}

function powerOfTwo(value: number): number {
  if (!(value >= 0)) return 0xff
  if (value === 0) return 0
  return Math.min(Math.max(Math.round(Math.log2(value)) + 127, 0), 0xfe)
}
