import { BaseError } from '@dim/sdk'
import type { CID } from 'multiformats/cid'

/** Nobody gave the block. */
export class ContentUnavailableError extends BaseError {
  override readonly code = 'CONTENT_UNAVAILABLE'
  /** Who was asked and what each answered. */
  readonly tried: string

  constructor(cid: CID, options: { attempts: readonly string[]; cause?: unknown }) {
    const tried = options.attempts.length === 0 ? 'no endpoint was given' : options.attempts.join('; ')
    super(`Block ${cid} could not be fetched: ${tried}.`, {
      cause: options.cause,
      charged: 'Nothing was charged.',
      hint: 'What was fetched so far is kept: try again, or name another provider.',
      retryable: true,
    })
    this.tried = tried
  }
}
