import { BaseError } from '@dim/sdk'

/** A command line that cannot be understood. */
export class UsageError extends BaseError {
  override readonly code = 'USAGE'
}
