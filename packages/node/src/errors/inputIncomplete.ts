import { BaseError } from '@dim/sdk'

/** Blocks of the input are not here yet. */
export class InputIncompleteError extends BaseError {
  override readonly code = 'INPUT_INCOMPLETE'
  /** CIDs to push with PUT /api/blocks/{cid}. */
  readonly missing: readonly string[]

  constructor(missing: readonly string[]) {
    const few = missing.slice(0, 3).join(', ')
    super(`The job was not opened: ${missing.length} block(s) of its input are missing (${few}).`, {
      charged: 'Nothing was charged.',
      hint: 'Push the missing blocks with PUT /api/blocks/{cid} and submit again.',
      retryable: true,
    })
    this.missing = missing
  }
}
