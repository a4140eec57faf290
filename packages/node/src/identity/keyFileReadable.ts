import { BaseError } from '@dim/sdk'

export class KeyFileReadableError extends BaseError {
  override readonly code = 'KEY_FILE_READABLE'

  constructor(path: string, { mode }: { mode: number }) {
    super(`${path} was not used: other users of this machine can read it (mode 0${mode.toString(8)}).`, {
      charged: 'Nothing was charged.',
      hint: `Run: chmod 600 ${path}`,
    })
  }
}
