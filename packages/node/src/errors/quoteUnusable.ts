import { BaseError } from '@dim/sdk'

const reasons = {
  QUOTE_UNKNOWN: 'this provider never gave it',
  QUOTE_USED: 'another job was opened with it',
} as const

export type QuoteProblem = keyof typeof reasons

/** A request names a quote that this provider does not know, or that another job has used. */
export class QuoteUnusableError extends BaseError {
  override readonly code: QuoteProblem

  constructor(code: QuoteProblem, nonce: string) {
    super(`Quote ${nonce} cannot be used: ${reasons[code]}.`, {
      charged: 'Nothing was charged.',
      hint: 'Ask for a new quote with POST /api/quotes.',
    })
    this.code = code
  }
}
