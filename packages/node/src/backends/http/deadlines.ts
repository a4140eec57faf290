import type { BaseError } from '@dim/sdk'
import { JobAbortedError, PoolClosedError } from '../../runtime/errors.ts'
import type { BackendLimits } from '../backendLimits.ts'
import { type BackendPhase, BackendTimedOutError } from '../errors.ts'

export type Deadlines = {
  /** Aborts when a limit passes, the caller gives up or the client is closed. */
  readonly signal: AbortSignal
  /** Why it aborted. */
  reason(): BaseError | undefined
  connected(): void
  /** A piece of the answer is with the reader. */
  pause(): void
  /** The reader waits for the next piece. */
  piece(): void
  done(): void
}

export type DeadlinesOptions = {
  url: string
  limits: BackendLimits
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
  closing: AbortSignal
}

/** The limits of one call: to connect, to the first piece, between pieces, and in all. */
export function createDeadlines({
  url,
  limits,
  signal,
  timeoutMs = limits.totalMs,
  closing,
}: DeadlinesOptions): Deadlines {
  const controller = new AbortController()
  const totalMs = Math.min(timeoutMs, limits.totalMs)
  let reason: BaseError | undefined
  const stop = (because: BaseError) => {
    reason ??= because
    controller.abort(reason)
  }
  const expire = (phase: BackendPhase, ms: number) =>
    setTimeout(() => stop(new BackendTimedOutError(url, phase, ms)), ms)
  const onAbort = () => stop(new JobAbortedError('(at an engine)', signal?.reason))
  const onClose = () => stop(new PoolClosedError())
  signal?.addEventListener('abort', onAbort, { once: true })
  closing.addEventListener('abort', onClose, { once: true })
  const total = expire('whole answer', totalMs)
  let next = expire('connect', limits.connectMs)

  const restart = (phase: BackendPhase, ms: number) => {
    clearTimeout(next)
    next = expire(phase, ms)
  }

  return {
    signal: controller.signal,
    reason: () => reason,
    connected: () => restart('first token', limits.firstTokenMs),
    pause: () => clearTimeout(next),
    piece: () => restart('next token', limits.idleMs),
    done() {
      clearTimeout(total)
      clearTimeout(next)
      signal?.removeEventListener('abort', onAbort)
      closing.removeEventListener('abort', onClose)
    },
  }
}
