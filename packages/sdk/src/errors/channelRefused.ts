import type { Hex } from 'viem'
import type { RefusalReason } from '../channels/channelReply.ts'
import { BaseError } from './baseError.ts'

const texts: Readonly<Record<RefusalReason, string>> = {
  amount: 'it is not what was charged so far plus the price',
  signature: 'the signature is not that of the signer of the channel',
  channel: 'the receiver takes no payments by such a channel',
  deposit: 'the deposit does not cover it, or is not final yet',
  withdrawing: 'a withdrawal from the channel was announced',
  unclaimed: 'the voucher before it could not be claimed yet',
}
const hints: Readonly<Record<RefusalReason, string>> = {
  amount: 'Nobody else may use the channel at the same time; try again.',
  signature: 'Sign with the key that the terms of the channel name.',
  channel: "Open a channel to the receiver's address, with a delay that it accepts.",
  deposit: 'Deposit more, or wait until the deposit is final.',
  withdrawing: 'Take the withdrawal back with an amount of 0, or open another channel.',
  unclaimed: 'Try again in a minute.',
}

/** The receiver of a channel does not take a payment. */
export class ChannelRefusedError extends BaseError {
  override readonly code = 'CHANNEL_REFUSED'
  readonly channelId: Hex
  readonly reason: RefusalReason

  constructor(channelId: Hex, reason: RefusalReason) {
    super(`The payment by channel ${channelId} was refused: ${texts[reason]}.`, {
      charged: 'Nothing was charged.',
      hint: hints[reason],
      retryable: reason === 'deposit' || reason === 'unclaimed',
    })
    this.channelId = channelId
    this.reason = reason
  }
}
