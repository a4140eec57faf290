import type { Hex } from 'viem'

/**
 * Why a provider does not take an order: it names another `provider`; its `price` is below what the work costs; it can be settled only
 * until too `late` a time; the `signature` is not the client's; the `rates` are not accepted; the `model` is not active and public; the
 * `nonce` was used or cancelled, or is known here; it is on its way to be cancelled (`cancelling`); the client has too much `credit`
 * here already; its `reserve` does not cover it; an order of an account with code is still `unsettled`; the provider is `closed`.
 */
export const orderRefusals = [
  'provider',
  'price',
  'late',
  'signature',
  'rates',
  'model',
  'nonce',
  'cancelling',
  'credit',
  'reserve',
  'unsettled',
  'closed',
] as const
export type OrderRefusal = (typeof orderRefusals)[number]

/** What a provider answers to a request that an order pays for; it charges for `served` only. */
export type OrderReply<T> =
  | {
      readonly status: 'served'
      readonly value: T
      readonly orderId: Hex
      /** In USDC 1e-6, at most the order's price. */
      readonly chargedUsdc: bigint
      readonly resultCommit: Hex
    }
  | { readonly status: 'refused'; readonly reason: OrderRefusal }
  | { readonly status: 'failed'; readonly orderId: Hex; readonly error: unknown }
