import { BaseError } from './baseError.ts'

/** A quote differs from what the chain says or from what was asked. */
export class QuoteMismatchError extends BaseError {
  override readonly code = 'QUOTE_MISMATCH'
  readonly field: string

  constructor(field: string, { quoted, expected }: { quoted: string; expected: string }) {
    super(`The quote was refused: its ${field} is ${quoted}, but ${expected} is right.`, {
      charged: 'Nothing was signed or charged.',
      hint: 'Ask for a new quote; if it persists, use another provider.',
      retryable: true,
    })
    this.field = field
  }
}
