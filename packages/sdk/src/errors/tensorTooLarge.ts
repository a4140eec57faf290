import { BaseError } from './baseError.ts'

/** A tensor set is larger than the reader allows. */
export class TensorTooLargeError extends BaseError {
  override readonly code = 'TENSOR_TOO_LARGE'

  constructor(what: string, { actual, limit }: { actual: number | bigint; limit: number }) {
    super(`Tensors were refused: ${what} is ${actual}, the limit is ${limit}.`, {
      charged: 'Nothing was charged.',
      hint: 'Send less, or raise the limit if you own the reader.',
    })
  }
}
