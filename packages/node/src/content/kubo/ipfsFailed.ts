import { BaseError } from '@dim/sdk'

/** The daemon that keeps the content refused or could not do what it was asked. */
export class IpfsFailedError extends BaseError {
  override readonly code = 'IPFS_FAILED'

  constructor(apiUrl: string, { reason, cause }: { reason: string; cause?: unknown }) {
    super(`The IPFS daemon at ${apiUrl} refused: ${reason.trim().replace(/\.$/, '')}.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'See its log, and "ipfs repo verify" for damaged content.',
      retryable: true,
    })
  }
}
