import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** The caller's own check refused a result. */
export class ResultRejectedError extends BaseError {
  override readonly code = 'RESULT_REJECTED'
  readonly jobId: Hex

  constructor(jobId: Hex, reason: string) {
    super(`The result of job ${jobId} was refused by the check of the caller: ${reason}.`, {
      charged: 'The result was not accepted; the provider is paid only when the challenge window ends.',
      hint: 'Keep the job: its receipt and envelope are evidence.',
    })
    this.jobId = jobId
  }
}
