import type { ChannelPayment } from '../messages/channelPayment.ts'
import type { ChannelReply } from './channelReply.ts'

/** One request that a payer pays for. */
export type PayForRequestOptions<T> = {
  /** In USDC 1e-6. */
  priceUsdc: bigint
  /** Sends the request with the payment and answers what the receiver said; what it throws leaves the outcome open. */
  send: (payment: ChannelPayment) => Promise<ChannelReply<T>>
}
