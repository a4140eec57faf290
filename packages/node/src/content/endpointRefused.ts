import { BaseError } from '@dim/sdk'
import type { CID } from 'multiformats/cid'

export class EndpointRefusedError extends BaseError {
  override readonly code = 'ENDPOINT_REFUSED'

  constructor(cid: CID, { endpoint, status }: { endpoint: string; status: number }) {
    super(`${endpoint} did not give block ${cid}: it answered HTTP ${status}.`, {
      retryable: status === 429 || status >= 500,
    })
  }
}
