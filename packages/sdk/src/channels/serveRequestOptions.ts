import type { Hex } from 'viem'
import type { ChannelPayment } from '../messages/channelPayment.ts'

/** What will be charged if the work succeeds: what the receipt of the request says. */
export type ChannelCharge = {
  readonly channelId: Hex
  /** Price of this request, in USDC 1e-6. */
  readonly chargedUsdc: bigint
  /** Price of all of the channel with this request, in USDC 1e-6. */
  readonly cumulativeUsdc: bigint
}

/** One request that a receiver serves. */
export type ServeRequestOptions<T> = {
  payment: ChannelPayment
  /** In USDC 1e-6. */
  priceUsdc: bigint
  /** Does the work; if it throws, nothing is charged. Its answer leaves only after the charge is stored. */
  handle: (charge: ChannelCharge) => Promise<T>
}
