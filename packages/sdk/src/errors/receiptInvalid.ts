import { BaseError } from './baseError.ts'

/** A receipt does not fit its job or was not signed by its provider. */
export class ReceiptInvalidError extends BaseError {
  override readonly code = 'RECEIPT_INVALID'
  readonly field: string

  constructor(field: string, details: string) {
    super(`The receipt was refused: its ${field} is wrong.`, {
      details,
      charged: 'The result was not accepted on its strength.',
      hint: 'Keep the receipt; a provider answers with its stake for what it signs.',
      retryable: false,
    })
    this.field = field
  }
}
