import type { DType } from './dtypes.ts'

/**
 * One tensor in memory.
 *
 * `data` holds the elements as in the canonical encoding: little-endian, row-major; bool one byte 0 or 1; 4- and 2-bit types
 * packed from the low bits; strings as u32 length and UTF-8 each. `dims` is empty for a scalar.
 */
export type Tensor = {
  readonly dtype: DType
  readonly dims: readonly number[]
  readonly data: Uint8Array
}

/** Tensors by name: the inputs or the outputs of a model. */
export type TensorSet = Readonly<Record<string, Tensor>>
