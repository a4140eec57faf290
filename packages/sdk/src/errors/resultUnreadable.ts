import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A result could not be decrypted or decoded. */
export class ResultUnreadableError extends BaseError {
  override readonly code = 'RESULT_UNREADABLE'
  readonly jobId: Hex

  constructor(jobId: Hex, cause: unknown) {
    super(`The result of job ${jobId} was fetched, but it cannot be read.`, {
      cause,
      charged: 'The result was not accepted; the provider is paid only when the challenge window ends.',
      hint: 'Keep the job: its envelope and key are evidence.',
      retryable: false,
    })
    this.jobId = jobId
  }
}
