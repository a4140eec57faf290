import type { Address, Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A model was registered first by somebody else than its manifest names: its key was taken. */
export class PublisherMismatchError extends BaseError {
  override readonly code = 'PUBLISHER_MISMATCH'

  constructor({
    modelKey,
    publisher,
    registrant,
  }: { modelKey: Hex; publisher: Address; registrant: Address }) {
    super(`Model ${modelKey} names ${publisher} as its publisher, but ${registrant} registered it.`, {
      charged: 'Nothing was charged.',
      hint: 'Do not use this key; its publisher registers again with another salt.',
    })
  }
}
