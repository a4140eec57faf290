import { BaseError } from './baseError.ts'

/** A text is not a CIDv1 (raw, sha2-256) in base32. */
export class CidInvalidError extends BaseError {
  override readonly code = 'CID_INVALID'

  constructor(text: string, cause?: unknown) {
    super(`"${text.slice(0, 80)}" is not a CIDv1 of a raw block with SHA-256.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Use an address that starts with "bafkrei".',
    })
  }
}
