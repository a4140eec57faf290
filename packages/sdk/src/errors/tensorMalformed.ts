import { BaseError } from './baseError.ts'

/** Bytes or values are not a tensor set in the canonical encoding. */
export class TensorMalformedError extends BaseError {
  override readonly code = 'TENSOR_MALFORMED'

  constructor(reason: string, { name, cause }: { name?: string; cause?: unknown } = {}) {
    super(`Tensors could not be read${name === undefined ? '' : ` at "${name}"`}: ${reason}.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Give tensors whose element type, dimensions and data agree.',
    })
  }
}
