import { BaseError } from './baseError.ts'

/** A request costs more than the payer allows. */
export class ChannelCapExceededError extends BaseError {
  override readonly code = 'CHANNEL_CAP_EXCEEDED'

  constructor(
    limit: 'request' | 'channel',
    { amountUsdc, capUsdc }: { amountUsdc: bigint; capUsdc: bigint },
  ) {
    super(`Nothing was signed: ${amountUsdc} is above your limit of ${capUsdc} (USDC 1e-6) for a ${limit}.`, {
      charged: 'Nothing was charged.',
      hint: 'Raise the limit if the price is right.',
    })
  }
}
