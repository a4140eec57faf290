import { BaseError } from './baseError.ts'

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
