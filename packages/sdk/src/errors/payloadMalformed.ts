import { BaseError } from './baseError.ts'

/** The content of an envelope is not the payload that it should be. */
export class PayloadMalformedError extends BaseError {
  override readonly code = 'PAYLOAD_MALFORMED'

  constructor(noun: string, reason: string) {
    super(`${noun} could not be read: ${reason}.`, {
      hint: 'The sender wrote something else than its protocol says; use another one.',
    })
  }
}
