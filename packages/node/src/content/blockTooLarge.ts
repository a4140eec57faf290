import { BaseError } from '@dim/sdk'
import type { CID } from 'multiformats/cid'

export class BlockTooLargeError extends BaseError {
  override readonly code = 'BLOCK_TOO_LARGE'

  constructor(cid: CID, { maxBytes }: { maxBytes: number }) {
    super(`Block ${cid} was refused: it is larger than ${maxBytes} bytes.`, {
      charged: 'Nothing was charged.',
      hint: 'Split the content into smaller blocks (1 MiB is usual).',
    })
  }
}
