import { BaseError } from '@dim/sdk'

export type InputProblem = 'INPUT_NOT_OPENABLE' | 'INPUT_COMMIT_MISMATCH' | 'JOB_SPEC_MISMATCH'

/** The client's input cannot be run: the job is not opened, or declined if it is, and then the client has its money back. */
export class InputRejectedError extends BaseError {
  override readonly code: InputProblem

  constructor(code: InputProblem, why: string, cause?: unknown) {
    super(`The input cannot be run: ${why}.`, {
      ...(cause === undefined ? {} : { cause }),
      charged: 'Nothing is charged; what was paid for the job is refunded.',
      hint: 'Correct the input and run it as a new job.',
    })
    this.code = code
  }
}
