import { BaseError } from '@dim/sdk'

export class KeyMissingError extends BaseError {
  override readonly code = 'KEY_MISSING'

  constructor(path: string) {
    super(`There is no key at ${path}.`, {
      charged: 'Nothing was charged.',
      hint: 'Make one with dim wallet new (or dim node init), or bring one with dim wallet import.',
    })
  }
}
