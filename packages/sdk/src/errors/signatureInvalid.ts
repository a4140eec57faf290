import type { Address } from 'viem'
import { BaseError } from './baseError.ts'

/** A signed message was not signed by whom it names. */
export class SignatureInvalidError extends BaseError {
  override readonly code = 'SIGNATURE_INVALID'

  constructor(noun: string, signer: Address) {
    super(`${noun} was refused: its signature is not that of ${signer}.`, {
      charged: 'Nothing was charged.',
      hint: 'Ask the sender again; if it persists, use another provider.',
    })
  }
}
