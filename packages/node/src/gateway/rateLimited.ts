import { BaseError } from '@dim/sdk'

/** One address asks too often. */
export class RateLimitedError extends BaseError {
  override readonly code = 'RATE_LIMITED'

  constructor(retryAfterMs: number) {
    super('Too many requests from this address.', {
      charged: 'Nothing was charged.',
      hint: `Try again in ${Math.ceil(retryAfterMs / 1000)} seconds.`,
      retryable: true,
    })
  }
}
