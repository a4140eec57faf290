import { BaseError } from '@dim/sdk'

export class ReorgTooDeepError extends BaseError {
  override readonly code = 'REORG_TOO_DEEP'

  constructor({ checkpoint, oldest }: { checkpoint: number; oldest: number }) {
    super(
      `The chain no longer has any of the blocks ${oldest} to ${checkpoint} that were followed: it was replaced or reset.`,
      {
        charged: 'Nothing was sent or charged.',
        hint: 'Check the RPC endpoint; if the chain was started anew, set the old data directory aside.',
      },
    )
  }
}
