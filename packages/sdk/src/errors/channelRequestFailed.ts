import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A paid request failed at the receiver, which charged nothing. */
export class ChannelRequestFailedError extends BaseError {
  override readonly code = 'CHANNEL_REQUEST_FAILED'

  constructor(channelId: Hex, cause: unknown) {
    super(`The request that channel ${channelId} was to pay for failed at the provider.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Try again, or use another provider.',
      retryable: true,
    })
  }
}
