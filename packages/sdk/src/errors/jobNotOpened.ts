import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A job was prepared, perhaps signed, and is not open: it can no longer open, or its provider will not open it. */
export class JobNotOpenedError extends BaseError {
  override readonly code = 'JOB_NOT_OPENED'
  readonly jobId: Hex

  constructor(
    jobId: Hex,
    { reason, signedUntil, cause }: { reason: string; signedUntil?: bigint | undefined; cause?: unknown },
  ) {
    super(`Job ${jobId} was not opened: ${reason}.`, {
      ...(cause === undefined ? {} : { cause }),
      charged:
        signedUntil === undefined
          ? 'Nothing was charged.'
          : `Nothing was charged; the signature that was given to the provider is void from ${signedUntil} (unix seconds of the chain) on.`,
      hint:
        signedUntil === undefined
          ? 'Run it again.'
          : 'Continue with resumeJob, or kill the id with revokeJob.',
      retryable: true,
    })
    this.jobId = jobId
  }
}
