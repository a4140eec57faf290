import type { BaseError } from '@dim/sdk'
import { DiskFullError } from '../../errors/diskFull.ts'
import { IpfsFailedError } from './ipfsFailed.ts'
import { IpfsUnreachableError } from './ipfsUnreachable.ts'

const ABORTED = ['AbortError', 'TimeoutError']

/** The daemon gives its reasons as English text alone. */
export const saysOf = (error: unknown): string => (error instanceof Error ? error.message : '')

export const isNotFound = (error: unknown): boolean => /could not find|not found/.test(saysOf(error))

export const isNotPinned = (error: unknown): boolean => /not pinned/.test(saysOf(error))

/** What the daemon said instead of doing it. */
export const refused = (apiUrl: string, reason: string, cause?: unknown): BaseError =>
  /no space left|disk quota/.test(reason)
    ? new DiskFullError('content', { cause, details: reason })
    : new IpfsFailedError(apiUrl, { reason, cause })

const isConnection = (error: Error): boolean =>
  error instanceof TypeError || typeof (error as NodeJS.ErrnoException).code === 'string'

/** Runs one call to the daemon; what it throws is coded, aborts and answers to a question excepted. */
export function kuboErrors(apiUrl: string) {
  return async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof Error) || ABORTED.includes(error.name)) throw error
      if (isNotFound(error) || isNotPinned(error)) throw error
      if (error.name === 'HTTPError') throw refused(apiUrl, error.message, error)
      throw isConnection(error) ? new IpfsUnreachableError(apiUrl, error) : error
    }
  }
}
