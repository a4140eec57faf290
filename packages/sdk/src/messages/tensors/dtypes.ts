/** How one element type is stored: ONNX's code, bits of an element, and which JavaScript array holds it. */
export type DTypeLayout = {
  readonly code: number
  /** 0 for strings, whose items have lengths of their own. */
  readonly bits: 0 | 2 | 4 | 8 | 16 | 32 | 64 | 128
  readonly kind: 'float' | 'complex' | 'integer' | 'bool' | 'string'
}

/** Every element type of ONNX (`TensorProto.DataType`, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) with its code. */
export const layouts = {
  float32: { code: 1, bits: 32, kind: 'float' },
  uint8: { code: 2, bits: 8, kind: 'integer' },
  int8: { code: 3, bits: 8, kind: 'integer' },
  uint16: { code: 4, bits: 16, kind: 'integer' },
  int16: { code: 5, bits: 16, kind: 'integer' },
  int32: { code: 6, bits: 32, kind: 'integer' },
  int64: { code: 7, bits: 64, kind: 'integer' },
  string: { code: 8, bits: 0, kind: 'string' },
  bool: { code: 9, bits: 8, kind: 'bool' },
  float16: { code: 10, bits: 16, kind: 'float' },
  float64: { code: 11, bits: 64, kind: 'float' },
  uint32: { code: 12, bits: 32, kind: 'integer' },
  uint64: { code: 13, bits: 64, kind: 'integer' },
  complex64: { code: 14, bits: 64, kind: 'complex' },
  complex128: { code: 15, bits: 128, kind: 'complex' },
  bfloat16: { code: 16, bits: 16, kind: 'float' },
  float8e4m3fn: { code: 17, bits: 8, kind: 'float' },
  float8e4m3fnuz: { code: 18, bits: 8, kind: 'float' },
  float8e5m2: { code: 19, bits: 8, kind: 'float' },
  float8e5m2fnuz: { code: 20, bits: 8, kind: 'float' },
  uint4: { code: 21, bits: 4, kind: 'integer' },
  int4: { code: 22, bits: 4, kind: 'integer' },
  float4e2m1: { code: 23, bits: 4, kind: 'float' },
  float8e8m0: { code: 24, bits: 8, kind: 'float' },
  uint2: { code: 25, bits: 2, kind: 'integer' },
  int2: { code: 26, bits: 2, kind: 'integer' },
} as const satisfies Record<string, DTypeLayout>

/** Name of an element type, as ONNX spells it. */
export type DType = keyof typeof layouts

/** All element types, in the order of ONNX's codes up to history. */
export const dtypes = Object.keys(layouts) as readonly DType[]

const names = new Map<number, DType>(dtypes.map((dtype) => [layouts[dtype].code, dtype]))

/** The element type of an ONNX code, or `undefined` for one that does not exist. */
export const dtypeOfCode = (code: number): DType | undefined => names.get(code)

/** Layout of an element type. */
export const layoutOf = (dtype: DType): DTypeLayout => layouts[dtype]

/**
 * Whether a text names an element type of ONNX.
 *
 * @example TensorSet.isDType('bfloat16') // true
 */
export const isDType = (name: string): name is DType => Object.hasOwn(layouts, name)
