import { TensorMalformedError } from '../../errors/tensorMalformed.ts'
import { TensorTooLargeError } from '../../errors/tensorTooLarge.ts'
import { type DType, layoutOf } from './dtypes.ts'

/** Most elements of one tensor: 2^48, so that sizes in bits stay exact numbers. */
const maxElements = 2 ** 48

/**
 * Number of elements of a shape; 1 for a scalar.
 *
 * @throws `TENSOR_MALFORMED` for a negative or broken dimension, `TENSOR_TOO_LARGE` beyond `limit` elements.
 * @example TensorSet.elementCount([1, 3, 48, 320]) // 46080
 */
export function elementCount(dims: readonly number[], limit = maxElements): number {
  let count = 1
  let empty = false
  for (const dim of dims) {
    if (!Number.isSafeInteger(dim) || dim < 0)
      throw new TensorMalformedError(`dimension ${dim} is no whole number`)
    if (dim === 0) empty = true
    else count *= dim
    // Checked with zeros left out, so that a zero cannot hide dimensions that no reader could index.
    if (count > limit) throw new TensorTooLargeError('the number of elements', { actual: count, limit })
  }
  return empty ? 0 : count
}

/**
 * Bytes of a tensor's data; `undefined` for strings, whose length depends on the items.
 *
 * @throws `TENSOR_MALFORMED`, `TENSOR_TOO_LARGE` for impossible dimensions.
 * @example TensorSet.tensorBytes('float32', [1, 3, 48, 320]) // 184320
 */
export function tensorBytes(dtype: DType, dims: readonly number[]): number | undefined {
  const { bits } = layoutOf(dtype)
  const count = elementCount(dims)
  return bits === 0 ? undefined : Math.ceil((count * bits) / 8)
}
