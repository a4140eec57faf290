import { BaseError } from './baseError.ts'

/** A tree of receipts has no receipt at this place. */
export class ReceiptUnknownError extends BaseError {
  override readonly code = 'RECEIPT_UNKNOWN'

  constructor(index: number, count: number) {
    super(`There is no receipt ${index} in a tree of ${count}.`, { hint: 'Places are counted from 0.' })
  }
}
