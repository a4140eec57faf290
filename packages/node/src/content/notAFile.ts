import { BaseError } from '@dim/sdk'
import type { CID } from 'multiformats/cid'

export class NotAFileError extends BaseError {
  override readonly code = 'CONTENT_NOT_A_FILE'

  constructor(cid: CID, options: { reason: string; cause?: unknown }) {
    super(`${cid} cannot be read as a file: ${options.reason}.`, { cause: options.cause })
  }
}
