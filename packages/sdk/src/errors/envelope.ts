import { BaseError } from './baseError.ts'

/** Bytes are not an envelope, or one that this version cannot read. */
export class EnvelopeMalformedError extends BaseError {
  override readonly code = 'ENVELOPE_MALFORMED'

  constructor(reason: string) {
    super(`The envelope could not be read: ${reason}.`, {
      hint: 'Fetch it again, from another node if need be.',
    })
  }
}

/** A block of an envelope has other bytes than its hash says. */
export class EnvelopeBlockMismatchError extends BaseError {
  override readonly code = 'ENVELOPE_BLOCK_MISMATCH'

  constructor(block: string, options: { expected: string; actual: string }) {
    super(`The envelope could not be opened: its ${block} was changed on the way.`, {
      details: `expected SHA-256 ${options.expected}, got ${options.actual}`,
      hint: 'Fetch it again, from another node if need be.',
      retryable: true,
    })
  }
}

/** An envelope was not sealed for this key, or was changed. */
export class EnvelopeNotOpenedError extends BaseError {
  override readonly code = 'ENVELOPE_NOT_OPENED'

  constructor(reason: string, cause?: unknown) {
    super(`The envelope could not be opened: ${reason}.`, {
      cause,
      hint: 'Use the key that it was sealed to.',
    })
  }
}

/** An envelope is larger than the reader allows. */
export class EnvelopeTooLargeError extends BaseError {
  override readonly code = 'ENVELOPE_TOO_LARGE'

  constructor({ actual, limit }: { actual: bigint | number; limit: number }) {
    super(`The envelope was refused: ${actual} bytes, the limit is ${limit}.`, { hint: 'Send less.' })
  }
}

/** A key is not an X25519 key. */
export class EnvelopeKeyInvalidError extends BaseError {
  override readonly code = 'ENVELOPE_KEY_INVALID'

  constructor(reason: string, cause?: unknown) {
    super(`The envelope's key cannot be used: ${reason}.`, { cause, hint: 'Give an X25519 key of 32 bytes.' })
  }
}
