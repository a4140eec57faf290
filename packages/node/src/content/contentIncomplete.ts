import { BaseError } from '@dim/sdk'
import type { CID } from 'multiformats/cid'

export class ContentIncompleteError extends BaseError {
  override readonly code = 'CONTENT_INCOMPLETE'

  constructor(root: CID, { missing }: { missing: CID }) {
    super(`The content under ${root} cannot be pinned: block ${missing} is not local.`, {
      hint: 'Fetch the content first, then pin it.',
    })
  }
}
