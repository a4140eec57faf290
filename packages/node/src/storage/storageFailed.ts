import { BaseError } from '@dim/sdk'

export class StorageFailedError extends BaseError {
  override readonly code = 'STORAGE_FAILED'

  constructor(path: string, cause: unknown) {
    super(`The database ${path} could not be opened or brought up to date.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'If it was written by a newer version, use that one; else restore it or move it away.',
    })
  }
}
