import { BaseError } from './baseError.ts'

/** An envelope is larger than the reader allows. */
export class EnvelopeTooLargeError extends BaseError {
  override readonly code = 'ENVELOPE_TOO_LARGE'

  constructor({ actual, limit }: { actual: bigint | number; limit: number }) {
    super(`The envelope was refused: ${actual} bytes, the limit is ${limit}.`, { hint: 'Send less.' })
  }
}
