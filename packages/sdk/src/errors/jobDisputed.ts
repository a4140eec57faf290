import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A job is or was in a dispute, which this flow does not decide. */
export class JobDisputedError extends BaseError {
  override readonly code = 'JOB_DISPUTED'
  readonly jobId: Hex

  constructor(jobId: Hex, status: string) {
    super(`Job ${jobId} is in a dispute: its state is ${status}.`, {
      charged: 'Its price is held or was divided by the escrow.',
      hint: 'Read the state of the job with getJob and its events with getJobEvents.',
    })
    this.jobId = jobId
  }
}
