import type { Hash } from 'viem'
import { BaseError } from './baseError.ts'

/** A transaction was mined and undone, though its simulation had passed. */
export class TransactionRevertedError extends BaseError {
  override readonly code = 'TRANSACTION_REVERTED'
  readonly hash: Hash

  constructor(hash: Hash, blockNumber: bigint) {
    super(
      `Transaction ${hash} was undone in block ${blockNumber}: the state changed after it was simulated.`,
      {
        charged: 'No USDC moved; the gas was spent.',
        hint: 'Read the state again and retry what is still needed.',
      },
    )
    this.hash = hash
  }
}
