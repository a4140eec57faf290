import { BaseError } from '@dim/sdk'

/** The daemon that keeps the content does not answer. */
export class IpfsUnreachableError extends BaseError {
  override readonly code = 'IPFS_UNREACHABLE'

  constructor(apiUrl: string, cause: unknown) {
    super(`The IPFS daemon at ${apiUrl} does not answer.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Start it with "ipfs daemon", correct ipfs.apiUrl, or set ipfs.mode to fs.',
      retryable: true,
    })
  }
}
