import type { Hex } from 'viem'
import type { StopReason } from '../channels/payerRecord.ts'
import { BaseError } from './baseError.ts'

const texts: Readonly<Record<StopReason, string>> = {
  sum: 'the receiver charged another amount than the price',
  overcharged: 'the receiver charged for what it did not serve',
  unproven: 'the receiver has no voucher for what it says it charged',
  overclaimed: 'the receiver claimed more than it served for',
}

/** A payer signs nothing more in a channel, because the receiver's sums do not add up. */
export class ChannelStoppedError extends BaseError {
  override readonly code = 'CHANNEL_STOPPED'
  readonly channelId: Hex
  readonly reason: StopReason

  constructor(channelId: Hex, reason: StopReason, details?: string) {
    super(`Channel ${channelId} was stopped: ${texts[reason]}.`, {
      ...(details === undefined ? {} : { details }),
      charged: 'Nothing more was signed; what was signed before can still be claimed.',
      hint: 'Withdraw the rest with startChannelWithdraw, and use another provider.',
    })
    this.channelId = channelId
    this.reason = reason
  }
}
