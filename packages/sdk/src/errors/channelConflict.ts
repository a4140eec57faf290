import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** Somebody else moved a channel on in the same store. */
export class ChannelConflictError extends BaseError {
  override readonly code = 'CHANNEL_CONFLICT'

  constructor(channelId: Hex) {
    super(`Channel ${channelId} was moved on by another process in the meantime.`, {
      charged: 'Nothing was charged by this one.',
      hint: 'Let one process at a time serve a channel.',
      retryable: true,
    })
  }
}
