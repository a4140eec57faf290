import { BaseError } from '@dim/sdk'

/** The terms that a client signed are not those of its quote. */
export class TermsMismatchError extends BaseError {
  override readonly code = 'TERMS_MISMATCH'
  readonly field: string

  constructor(field: string, { expected, actual }: { expected: unknown; actual: unknown }) {
    super(`The job was not opened: "${field}" is ${String(actual)}, the quote says ${String(expected)}.`, {
      charged: 'Nothing was charged.',
      hint: 'Sign the terms of the quote as they are.',
    })
    this.field = field
  }
}
