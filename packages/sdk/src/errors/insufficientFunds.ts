import { type Address, formatUnits } from 'viem'
import { BaseError } from './baseError.ts'

/** The account holds less USDC than the job may cost; amounts in USDC 1e-6. */
export class InsufficientFundsError extends BaseError {
  override readonly code = 'INSUFFICIENT_FUNDS'
  readonly requiredUsdc: bigint
  readonly availableUsdc: bigint

  constructor({
    account,
    requiredUsdc,
    availableUsdc,
  }: { account: Address; requiredUsdc: bigint; availableUsdc: bigint }) {
    super(
      `${account} holds ${formatUnits(availableUsdc, 6)} USDC, but the job may cost ${formatUnits(requiredUsdc, 6)} USDC.`,
      {
        charged: 'Nothing was signed or charged.',
        hint: `Send at least ${formatUnits(requiredUsdc - availableUsdc, 6)} USDC to the account.`,
      },
    )
    this.requiredUsdc = requiredUsdc
    this.availableUsdc = availableUsdc
  }
}
