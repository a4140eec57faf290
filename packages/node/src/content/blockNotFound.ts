import { BaseError } from '@dim/sdk'
import type { CID } from 'multiformats/cid'

export class BlockNotFoundError extends BaseError {
  override readonly code = 'BLOCK_NOT_FOUND'

  constructor(cid: CID, options: { cause?: unknown } = {}) {
    super(`Block ${cid} is not in the local store.`, {
      cause: options.cause,
      hint: 'Fetch it first.',
    })
  }
}
