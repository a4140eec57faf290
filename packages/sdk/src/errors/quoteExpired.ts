import { BaseError } from './baseError.ts'

/** The quote ran out before the job could be signed. */
export class QuoteExpiredError extends BaseError {
  override readonly code = 'QUOTE_EXPIRED'

  constructor({ expiresAt, chainTime }: { expiresAt: number; chainTime: number }) {
    super(`The quote expired at ${expiresAt} (unix seconds of the chain), and it is ${chainTime} now.`, {
      charged: 'Nothing was signed or charged.',
      hint: 'Run the job again: a new quote is fetched.',
      retryable: true,
    })
  }
}
