import { BaseError } from './baseError.ts'

const names = {
  order: 'your limit for an order',
  outstanding: 'your limit for all outstanding orders',
  reserve: 'what you have reserved and not released',
} as const

/** An order would cost more than its client allows or has reserved. */
export class OrderBudgetExceededError extends BaseError {
  override readonly code = 'ORDER_BUDGET_EXCEEDED'
  readonly limit: keyof typeof names

  constructor(limit: keyof typeof names, { amountUsdc, capUsdc }: { amountUsdc: bigint; capUsdc: bigint }) {
    super(`Nothing was signed: ${amountUsdc} is above ${names[limit]}, ${capUsdc} (USDC 1e-6).`, {
      charged: 'Nothing was charged.',
      hint: limit === 'reserve' ? 'Reserve more.' : 'Raise the limit, or wait until orders are settled.',
      retryable: limit !== 'order',
    })
    this.limit = limit
  }
}
