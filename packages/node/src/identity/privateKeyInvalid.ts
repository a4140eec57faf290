import { BaseError } from '@dim/sdk'

export class PrivateKeyInvalidError extends BaseError {
  override readonly code = 'PRIVATE_KEY_INVALID'

  constructor() {
    super('The private key was not imported: it is not 32 bytes of hex within the order of secp256k1.', {
      charged: 'Nothing was charged.',
      hint: 'Give 64 hexadecimal digits, with or without 0x.',
    })
  }
}
