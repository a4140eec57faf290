import { BaseError } from '@dim/sdk'

export class PasswordWeakError extends BaseError {
  override readonly code = 'PASSWORD_WEAK'

  constructor({ minLength }: { minLength: number }) {
    super(`No key was written: the password has fewer than ${minLength} characters.`, {
      charged: 'Nothing was charged.',
      hint: 'Choose a longer one.',
    })
  }
}
