import { DiskFullError } from '../../errors/diskFull.ts'
import { IpfsFailedError } from './ipfsFailed.ts'
import { IpfsUnreachableError } from './ipfsUnreachable.ts'

const ABORTED = ['AbortError', 'TimeoutError']

/** The daemon gives its reasons as English text alone. */
export const saysOf = (error: unknown): string => (error instanceof Error ? error.message : '')

export const isNotFound = (error: unknown): boolean => /could not find|not found/.test(saysOf(error))

export const isNotPinned = (error: unknown): boolean => /not pinned/.test(saysOf(error))

/** Runs one call to the daemon; what it throws is coded, aborts excepted. */
export function kuboErrors(apiUrl: string) {
  return async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof Error) || ABORTED.includes(error.name)) throw error
      if (error.name === 'HTTPError') {
        if (/no space left|disk quota/.test(error.message))
          throw new DiskFullError('content', { cause: error })
        if (isNotFound(error) || isNotPinned(error)) throw error
        throw new IpfsFailedError(apiUrl, error)
      }
      if (error instanceof TypeError) throw new IpfsUnreachableError(apiUrl, error)
      throw error
    }
  }
}
