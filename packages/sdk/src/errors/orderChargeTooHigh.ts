import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** What was to be charged for an order is out of its price. */
export class OrderChargeTooHighError extends BaseError {
  override readonly code = 'ORDER_CHARGE_TOO_HIGH'

  constructor(orderId: Hex, { chargedUsdc, priceUsdc }: { chargedUsdc: bigint; priceUsdc: bigint }) {
    super(`Order ${orderId} cannot be charged ${chargedUsdc}: its price is ${priceUsdc} (USDC 1e-6).`, {
      charged: 'Nothing was charged.',
      hint: 'Charge between 0 and the price.',
    })
  }
}
