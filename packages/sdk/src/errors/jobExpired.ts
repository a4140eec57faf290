import { formatUnits, type Hash, type Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** The provider was silent until `submitBy`; `refundTransaction` is there when the money came back by this call. */
export class JobExpiredError extends BaseError {
  override readonly code = 'JOB_EXPIRED'
  readonly jobId: Hex
  readonly refunded: boolean
  readonly refundTransaction: Hash | undefined

  constructor({
    jobId,
    priceUsdc,
    refunded,
    refundTransaction,
  }: { jobId: Hex; priceUsdc: bigint; refunded: boolean; refundTransaction?: Hash | undefined }) {
    super(`The provider of job ${jobId} gave no result in time.`, {
      charged: refunded
        ? `You were not charged: ${formatUnits(priceUsdc, 6)} USDC is back in your escrow balance.`
        : `You were not charged: ${formatUnits(priceUsdc, 6)} USDC waits in the escrow for its refund.`,
      hint: refunded
        ? 'Take it out with withdraw, and run the job with another provider.'
        : 'Anybody may call expireJobs with the terms of the job; the money then is in your escrow balance.',
      retryable: true,
    })
    this.jobId = jobId
    this.refunded = refunded
    this.refundTransaction = refundTransaction
  }
}
