import { BaseError } from './baseError.ts'

/** The caller gave up before anything was signed. */
export class JobAbortedError extends BaseError {
  override readonly code = 'JOB_ABORTED'

  constructor(cause: unknown) {
    super('The job was given up before it was signed.', {
      cause,
      charged: 'Nothing was signed or charged.',
      hint: 'Run it again when you like.',
      retryable: false,
    })
  }
}
