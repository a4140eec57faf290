import { formatUnits, type Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** The provider declined an open job, or a dispute gave the money back. */
export class JobDeclinedError extends BaseError {
  override readonly code = 'JOB_DECLINED'
  readonly jobId: Hex

  constructor(jobId: Hex, priceUsdc: bigint) {
    super(`The provider declined job ${jobId}.`, {
      charged: `You were not charged: ${formatUnits(priceUsdc, 6)} USDC is back in your escrow balance.`,
      hint: 'Take it out with withdraw, or run the job with another provider.',
      retryable: true,
    })
    this.jobId = jobId
  }
}
