import { BaseError } from '@dim/sdk'
import type { CID } from 'multiformats/cid'

/** Bytes that are not those the CID names: tampered on the way, or damaged on disk. */
export class BlockHashMismatchError extends BaseError {
  override readonly code = 'BLOCK_HASH_MISMATCH'

  constructor(cid: CID, options: { from: string; cause?: unknown }) {
    super(`Block ${cid} from ${options.from} was refused: its SHA-256 is not the one that its CID names.`, {
      cause: options.cause,
      charged: 'Nothing was charged.',
      hint: 'Fetch it from another provider.',
      retryable: true,
    })
  }
}
