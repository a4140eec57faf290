import { formatUnits } from 'viem'
import { BaseError } from './baseError.ts'

/** The quoted price is above what the caller allows; amounts in USDC 1e-6. */
export class PriceAboveLimitError extends BaseError {
  override readonly code = 'PRICE_ABOVE_LIMIT'
  readonly priceUsdc: bigint
  readonly maxPriceUsdc: bigint

  constructor({ priceUsdc, maxPriceUsdc }: { priceUsdc: bigint; maxPriceUsdc: bigint }) {
    super(
      `The job was quoted at ${formatUnits(priceUsdc, 6)} USDC, above the limit of ${formatUnits(maxPriceUsdc, 6)} USDC.`,
      {
        charged: 'Nothing was signed or charged.',
        hint: 'Raise the limit (maxPriceUsdc), or choose another provider.',
      },
    )
    this.priceUsdc = priceUsdc
    this.maxPriceUsdc = maxPriceUsdc
  }
}
