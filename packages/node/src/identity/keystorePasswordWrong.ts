import { BaseError } from '@dim/sdk'

export class KeystorePasswordWrongError extends BaseError {
  override readonly code = 'KEYSTORE_PASSWORD_WRONG'

  constructor(path: string, options: { cause?: unknown } = {}) {
    super(`${path} could not be decrypted: the password is wrong.`, {
      cause: options.cause,
      charged: 'Nothing was charged.',
      hint: 'Give the password of this key by DIM_PASSWORD_FILE or at the prompt.',
    })
  }
}
