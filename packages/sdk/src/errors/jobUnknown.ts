import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A job store or the chain does not know an id. */
export class JobUnknownError extends BaseError {
  override readonly code = 'JOB_UNKNOWN'
  readonly jobId: Hex

  constructor(jobId: Hex, place: string) {
    super(`Job ${jobId} is not known to ${place}.`, {
      charged: 'Nothing was charged.',
      hint: 'Check the id, and that state folder and chain are those of the job.',
    })
    this.jobId = jobId
  }
}
