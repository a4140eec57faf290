import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A request that an order was to pay for failed at the provider, which charged nothing. */
export class OrderRequestFailedError extends BaseError {
  override readonly code = 'ORDER_REQUEST_FAILED'

  constructor(orderId: Hex, cause: unknown) {
    super(`The request that order ${orderId} was to pay for failed at the provider.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Try again, or use another provider.',
      retryable: true,
    })
  }
}
