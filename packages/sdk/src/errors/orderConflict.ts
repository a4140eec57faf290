import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** Somebody else took an order from the same store, or moved it on. */
export class OrderConflictError extends BaseError {
  override readonly code = 'ORDER_CONFLICT'

  constructor(orderId: Hex) {
    super(`Order ${orderId} was taken or moved on by another process in the meantime.`, {
      charged: 'Nothing was charged by this one.',
      hint: 'Let one process at a time take the orders of a provider.',
      retryable: true,
    })
  }
}
