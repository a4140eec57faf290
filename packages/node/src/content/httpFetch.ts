import { setTimeout as pause } from 'node:timers/promises'
import type { CID } from 'multiformats/cid'
import { BlockHashMismatchError } from './blockHashMismatch.ts'
import { ContentUnavailableError } from './contentUnavailable.ts'
import { fetchRawBlock } from './fetchRawBlock.ts'

export type BlockFetcher = (cid: CID, signal: AbortSignal) => Promise<Uint8Array>

export type HttpFetchOptions = {
  endpoints: readonly string[]
  maxBlockBytes: number
  /** How often the list of endpoints is gone through before the block counts as not to be had. */
  rounds?: number
  timeoutMs?: number
  /** Before the second round; it doubles with each further one. */
  pauseMs?: number
}

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const message = error.cause instanceof Error ? error.cause.message || error.message : error.message
  return message.replace(/\.$/, '')
}

/**
 * Fetches single blocks over `GET {endpoint}/ipfs/{cid}?format=raw`. An endpoint that once gave wrong bytes is
 * not asked again; one that worked is asked first.
 */
export function httpFetch(options: HttpFetchOptions): BlockFetcher {
  const { rounds = 3, timeoutMs = 30_000, pauseMs = 250, maxBlockBytes } = options
  let endpoints = [...options.endpoints]

  return async (cid, signal) => {
    const attempts: string[] = []
    let mismatch: BlockHashMismatchError | undefined
    let cause: unknown
    for (let round = 0; round < rounds && endpoints.length > 0; round++) {
      if (round > 0) await pause(pauseMs * 2 ** (round - 1), undefined, { signal })
      for (const endpoint of [...endpoints]) {
        signal.throwIfAborted()
        try {
          const bytes = await fetchRawBlock(cid, { endpoint, maxBlockBytes, timeoutMs, signal })
          endpoints = [endpoint, ...endpoints.filter((other) => other !== endpoint)]
          return bytes
        } catch (error) {
          signal.throwIfAborted()
          cause = error
          if (error instanceof BlockHashMismatchError) {
            mismatch = error
            endpoints = endpoints.filter((other) => other !== endpoint)
          }
          attempts.push(`${endpoint}: ${describe(error)}`)
        }
      }
    }
    if (mismatch !== undefined && endpoints.length === 0) throw mismatch
    throw new ContentUnavailableError(cid, { attempts, cause })
  }
}
