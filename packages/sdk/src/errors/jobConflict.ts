import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A job store holds another record under the same id. */
export class JobConflictError extends BaseError {
  override readonly code = 'JOB_CONFLICT'
  readonly jobId: Hex

  constructor(jobId: Hex) {
    super(`Job ${jobId} is in the store already, with other content.`, {
      charged: 'Nothing was written or charged.',
      hint: 'Continue the stored job with resumeJob.',
    })
    this.jobId = jobId
  }
}
