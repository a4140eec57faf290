import { BaseError } from './baseError.ts'

/** An envelope was not sealed for this key, or was changed. */
export class EnvelopeNotOpenedError extends BaseError {
  override readonly code = 'ENVELOPE_NOT_OPENED'

  constructor(reason: string, cause?: unknown) {
    super(`The envelope could not be opened: ${reason}.`, {
      cause,
      hint: 'Use the key that it was sealed to.',
    })
  }
}
