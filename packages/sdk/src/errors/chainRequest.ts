import { BaseError } from './baseError.ts'

/** The chain answered with an error that is no revert of a contract. */
export class ChainRequestError extends BaseError {
  override readonly code = 'CHAIN_REQUEST_FAILED'

  constructor(attempted: string, { cause, reason }: { cause: unknown; reason: string }) {
    super(`${attempted} failed: ${reason}.`, {
      cause,
      charged: 'Nothing was charged by a contract.',
      hint: 'Look at the details of the error.',
    })
  }
}
