import { BaseError } from '@dim/sdk'

export class KeystoreInvalidError extends BaseError {
  override readonly code = 'KEYSTORE_INVALID'

  constructor(path: string, options: { reason: string; cause?: unknown }) {
    super(`${path} cannot be used: ${options.reason}.`, {
      cause: options.cause,
      charged: 'Nothing was charged.',
      hint: 'Restore it from a backup, or make a key with dim wallet new.',
    })
  }
}
