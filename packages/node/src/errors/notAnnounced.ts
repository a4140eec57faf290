import { BaseError } from '@dim/sdk'

/** The node has not said on chain who it is, so its word is worth nothing yet. */
export class NotAnnouncedError extends BaseError {
  override readonly code = 'NOT_ANNOUNCED'

  constructor() {
    super('This node has not announced itself yet.', {
      charged: 'Nothing was charged.',
      hint: 'Try again in a moment; GET /readyz says what it waits for.',
      retryable: true,
    })
  }
}
