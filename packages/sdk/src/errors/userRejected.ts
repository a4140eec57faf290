import { BaseError } from './baseError.ts'

/** The owner of the wallet refused to sign. */
export class UserRejectedError extends BaseError {
  override readonly code = 'USER_REJECTED'

  constructor(attempted: string, cause: unknown) {
    super(`${attempted} was not signed.`, { cause, charged: 'Nothing was charged.' })
  }
}
