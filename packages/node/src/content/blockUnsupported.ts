import { BaseError } from '@dim/sdk'
import type { CID } from 'multiformats/cid'

export class BlockUnsupportedError extends BaseError {
  override readonly code = 'BLOCK_UNSUPPORTED'

  constructor(cid: CID, options: { reason: string; cause?: unknown }) {
    super(`Block ${cid} was refused: ${options.reason}.`, {
      cause: options.cause,
      hint: 'Use CIDs of raw or dag-pb blocks with SHA-256.',
    })
  }
}
