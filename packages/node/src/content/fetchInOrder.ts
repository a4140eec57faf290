import { BlockHashMismatchError } from './blockHashMismatch.ts'
import { ContentUnavailableError } from './contentUnavailable.ts'
import type { BlockFetcher } from './httpFetch.ts'

const describe = (error: unknown): string =>
  error instanceof ContentUnavailableError ? error.tried : String(error)

/** Asks one way after the other; the one that worked is asked first for the next block. */
export function fetchInOrder(fetchers: readonly BlockFetcher[]): BlockFetcher {
  let order = [...fetchers]
  return async (cid, signal) => {
    const failures: unknown[] = []
    for (const fetcher of [...order]) {
      try {
        const bytes = await fetcher(cid, signal)
        if (order[0] !== fetcher) order = [fetcher, ...order.filter((other) => other !== fetcher)]
        return bytes
      } catch (error) {
        signal.throwIfAborted()
        failures.push(error)
      }
    }
    const tampered = failures.find((error) => error instanceof BlockHashMismatchError)
    if (tampered !== undefined) throw tampered
    throw new ContentUnavailableError(cid, { attempts: failures.map(describe), cause: failures.at(-1) })
  }
}
