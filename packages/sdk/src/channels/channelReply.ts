import type { ChannelStanding } from '../messages/channelStanding.ts'

/**
 * Why a receiver does not take a payment: `amount` is not what was charged plus the price (the standing says what was); the
 * `signature` is not the signer's; the `channel` is not one of this receiver's, or its delay too short; the `deposit` does not cover the
 * amount; the payer is `withdrawing`; a voucher of an account with code is still `unclaimed`.
 */
export type RefusalReason = 'amount' | 'signature' | 'channel' | 'deposit' | 'withdrawing' | 'unclaimed'

/** What the receiver of a channel answers to a paid request; it charges for `served` only. */
export type ChannelReply<T> =
  | { readonly status: 'served'; readonly value: T; readonly standing: ChannelStanding }
  | {
      readonly status: 'refused'
      readonly reason: RefusalReason
      readonly standing?: ChannelStanding | undefined
    }
  | { readonly status: 'failed'; readonly error: unknown; readonly standing: ChannelStanding }
