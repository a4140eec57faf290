import { BaseError } from './baseError.ts'

/** A proof was asked for a leaf that is not in the tree. */
export class MerkleLeafUnknownError extends BaseError {
  override readonly code = 'MERKLE_LEAF_UNKNOWN'

  constructor(leaf: string) {
    super(`No proof could be made: the tree has no leaf ${leaf}.`, {
      charged: 'Nothing was charged.',
      hint: 'Use the tree that the leaf was put into.',
    })
  }
}
