import { BaseError } from '@dim/sdk'

export class WalletNameInvalidError extends BaseError {
  override readonly code = 'WALLET_NAME_INVALID'

  constructor(name: string) {
    super(`${JSON.stringify(name)} cannot be the name of a key.`, {
      charged: 'Nothing was charged.',
      hint: 'Use up to 64 letters, digits, dashes and underscores.',
    })
  }
}
