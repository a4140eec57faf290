import { BaseError } from '../errors/baseError.ts'
import { delay } from '../utils/delay.ts'

export type RetryOptions = {
  signal?: AbortSignal | undefined
  /** Attempts in all, 3 by default. */
  attempts?: number | undefined
  /** Pause before the second attempt, 200 by default; it doubles, with a random part, up to 5,000. */
  backoffMs?: number | undefined
}

/** Repeats an idempotent call while its error says that it is retryable. */
export async function withRetries<T>(call: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { signal, attempts = 3, backoffMs = 200 } = options
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      if (attempt >= attempts || !(error instanceof BaseError) || !error.retryable) throw error
    }
    const longest = Math.min(5_000, backoffMs * 2 ** (attempt - 1))
    await delay(longest * (0.5 + Math.random() / 2), signal)
  }
}
