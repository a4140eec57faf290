import { BaseError } from '@dim/sdk'
import type { CID } from 'multiformats/cid'

export class ContentTooLargeError extends BaseError {
  override readonly code = 'CONTENT_TOO_LARGE'

  constructor(root: CID, { limit }: { limit: string }) {
    super(`The content under ${root} was not fetched further: it has more than ${limit}.`, {
      charged: 'Nothing was charged.',
      hint: 'Raise the limit if the content is trusted.',
    })
  }
}
