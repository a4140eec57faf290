import type { Address, Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A provider settled more than it served for. */
export class OrderProviderUnfairError extends BaseError {
  override readonly code = 'ORDER_PROVIDER_UNFAIR'

  constructor(provider: Address, orderId: Hex) {
    super(`Nothing was signed for ${provider}: it settled order ${orderId} for more than it served.`, {
      charged: 'Nothing was charged for this request.',
      hint: 'Use another provider.',
    })
  }
}
