import { BaseError } from './baseError.ts'

/** A key is not an X25519 key. */
export class EnvelopeKeyInvalidError extends BaseError {
  override readonly code = 'ENVELOPE_KEY_INVALID'

  constructor(reason: string, cause?: unknown) {
    super(`The envelope's key cannot be used: ${reason}.`, { cause, hint: 'Give an X25519 key of 32 bytes.' })
  }
}
