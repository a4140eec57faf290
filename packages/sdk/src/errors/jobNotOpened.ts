import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A job was prepared, perhaps signed, and can no longer open. */
export class JobNotOpenedError extends BaseError {
  override readonly code = 'JOB_NOT_OPENED'
  readonly jobId: Hex

  constructor(jobId: Hex, reason: string, cause?: unknown) {
    super(`Job ${jobId} was not opened: ${reason}.`, {
      ...(cause === undefined ? {} : { cause }),
      charged: 'Nothing was charged.',
      hint: 'Run it again.',
      retryable: true,
    })
    this.jobId = jobId
  }
}
