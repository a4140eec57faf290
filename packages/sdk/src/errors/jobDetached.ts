import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** The caller stopped waiting for a job that is signed; the job goes on without it. */
export class JobDetachedError extends BaseError {
  override readonly code = 'JOB_DETACHED'
  readonly jobId: Hex

  constructor(jobId: Hex, cause: unknown) {
    super(`Waiting for job ${jobId} was stopped; the job itself goes on.`, {
      cause,
      charged: 'Its price stays in the escrow until it is paid or refunded.',
      hint: 'Continue with resumeJob and this job id.',
      retryable: true,
    })
    this.jobId = jobId
  }
}
