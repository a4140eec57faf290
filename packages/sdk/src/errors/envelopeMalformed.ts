import { BaseError } from './baseError.ts'

/** Bytes are not an envelope, or one that this version cannot read. */
export class EnvelopeMalformedError extends BaseError {
  override readonly code = 'ENVELOPE_MALFORMED'

  constructor(reason: string) {
    super(`The envelope could not be read: ${reason}.`, {
      hint: 'Fetch it again, from another node if need be.',
    })
  }
}
