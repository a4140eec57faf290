import { BaseError } from '@dim/sdk'

export class KeyExistsError extends BaseError {
  override readonly code = 'KEY_EXISTS'

  constructor(path: string) {
    super(`No key was written: there is one at ${path} already, and a key is never overwritten.`, {
      charged: 'Nothing was charged.',
      hint: 'Choose another name, or move the old file away.',
    })
  }
}
