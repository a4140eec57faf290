import { BaseError } from './baseError.ts'

/** A tree over no receipts has no root. */
export class ReceiptTreeEmptyError extends BaseError {
  override readonly code = 'RECEIPT_TREE_EMPTY'

  constructor() {
    super('A tree over no receipts has no root.', { hint: 'Anchor an epoch only when it holds a receipt.' })
  }
}
