import type { Hex } from 'viem'
import type { OrderRefusal } from '../orders/orderReply.ts'
import { BaseError } from './baseError.ts'

const texts: Readonly<Record<OrderRefusal, string>> = {
  provider: 'it names another provider',
  price: 'its price is below what the work costs',
  late: 'too little time is left to settle it',
  signature: 'the signature is not one of its client that is taken',
  rates: 'the fee or the royalty changed',
  model: 'the model is not active and public',
  nonce: 'its nonce was used',
  cancelling: 'its nonce is on its way to be cancelled',
  credit: 'too much of this client is not settled yet',
  reserve: 'the reserve of the client does not cover it, or is not final yet',
  unsettled: 'the order before it could not be settled yet',
  closed: 'the provider takes no orders now',
}
const hints: Readonly<Record<OrderRefusal, string>> = {
  provider: 'Order from the provider that you send to.',
  price: 'Ask for a quote, and order at its price.',
  late: 'Order for a longer time.',
  signature: 'Sign with the key of the account that pays.',
  rates: 'Order again at the current rates.',
  model: 'Open a job in the escrow instead.',
  nonce: 'Order again.',
  cancelling: 'Order again.',
  credit: 'Try again in a minute.',
  reserve: 'Reserve more, take a release back, or wait until the reserve is final.',
  unsettled: 'Try again in a minute.',
  closed: 'Use another provider.',
}
const retryable: readonly OrderRefusal[] = [
  'late',
  'rates',
  'nonce',
  'cancelling',
  'credit',
  'reserve',
  'unsettled',
]

/** A provider does not take an order. */
export class OrderRefusedError extends BaseError {
  override readonly code = 'ORDER_REFUSED'
  readonly orderId: Hex
  readonly reason: OrderRefusal

  constructor(orderId: Hex, reason: OrderRefusal) {
    super(`Order ${orderId} was refused: ${texts[reason]}.`, {
      charged: 'Nothing was charged.',
      hint: hints[reason],
      retryable: retryable.includes(reason),
    })
    this.orderId = orderId
    this.reason = reason
  }
}
