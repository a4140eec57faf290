import { BaseError } from '@dim/sdk'

/** The file that should hold the password is not there, or is no file. */
export class PasswordFileMissingError extends BaseError {
  override readonly code = 'PASSWORD_FILE_MISSING'

  constructor(path: string) {
    super(`The password was not read: ${path} is not a file.`, {
      charged: 'Nothing was charged.',
      hint: 'DIM_PASSWORD_FILE names a file of mode 0600 with the password in its first line; without it dim asks.',
    })
  }
}
