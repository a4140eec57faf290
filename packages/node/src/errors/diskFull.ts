import { BaseError } from '@dim/sdk'

const CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT']

/** The disk, or what this user may take of it, is used up. */
export class DiskFullError extends BaseError {
  override readonly code = 'DISK_FULL'

  constructor(what: string, options: { cause?: unknown; details?: string } = {}) {
    super(`Not stored, because the disk is full: ${what}.`, {
      ...options,
      charged: 'Nothing was charged.',
      hint: 'Free space or lower models.maxCacheGb; what was fetched so far is kept and the rest is tried again.',
      retryable: true,
    })
  }
}

/** The error itself, unless it says that there is no room: then that in words. */
export function asDiskFull(error: unknown, what: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return CODES.includes(code) ? new DiskFullError(what, { cause: error }) : error
}
