import { BaseError } from '../errors/baseError.ts'
import { delay } from '../utils/delay.ts'
import type { JobContext } from './jobContext.ts'

/** Reads until it works: money is at stake, and a chain or node that is away for a while comes back. Ends with the signal. */
export async function readRetrying<T>(context: JobContext, read: () => Promise<T>): Promise<T> {
  for (;;) {
    context.signal.throwIfAborted()
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof BaseError) || !error.retryable) throw error
    }
    await delay(context.pollingIntervalMs, context.signal)
  }
}
