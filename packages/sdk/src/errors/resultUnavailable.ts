import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** No endpoint had the result that the chain names. */
export class ResultUnavailableError extends BaseError {
  override readonly code = 'RESULT_UNAVAILABLE'
  readonly jobId: Hex

  constructor(jobId: Hex, cause: unknown) {
    super(`The result of job ${jobId} was submitted, but no endpoint had it.`, {
      cause,
      charged: 'The provider is paid when the challenge window ends; nothing was accepted.',
      hint: 'Try resumeJob again soon, with further endpoints if you know some.',
      retryable: true,
    })
    this.jobId = jobId
  }
}
