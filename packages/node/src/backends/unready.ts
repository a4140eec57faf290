import { BaseError } from '@dim/sdk'
import type { BackendHealth } from './backend.ts'

/** The health of an engine that cannot run, from a fault or in words; a caller who gave up gets that thrown. */
export function unready(why: unknown, signal?: AbortSignal): BackendHealth {
  if (typeof why === 'string') return { state: 'unready', code: 'BACKEND_UNAVAILABLE', reason: why }
  if (!(why instanceof BaseError) || signal?.aborted) throw why
  const reason = why.details === undefined ? why.shortMessage : `${why.shortMessage} (${why.details})`
  return { state: 'unready', code: why.code, reason }
}
