/** What a `BaseError` takes besides its message. */
export type BaseErrorOptions = {
  /** The error that led to this one. */
  cause?: unknown
  /** Technical detail for a log or a "details" drawer. */
  details?: string
  /** One sentence about money, such as "Nothing was charged." */
  charged?: string
  /** One sentence that says what to do. */
  hint?: string
  /** Whether the same call may succeed later without any change. */
  retryable?: boolean
}

/**
 * Root of every error of the project: a stable `code`, one line for people, and whether it is worth trying again.
 *
 * @example
 * try { await runJob(client, options) } catch (error) {
 *   if (error instanceof BaseError && error.code === 'QUOTE_EXPIRED') return runJob(client, options)
 *   throw error
 * }
 */
export abstract class BaseError extends Error {
  /** Stable, upper-case with underscores; never changes its meaning. */
  abstract readonly code: string
  /** What was attempted and why it failed, in one line. */
  readonly shortMessage: string
  readonly details: string | undefined
  readonly charged: string | undefined
  readonly hint: string | undefined
  readonly retryable: boolean

  constructor(shortMessage: string, options: BaseErrorOptions = {}) {
    const { cause, details, charged, hint, retryable } = options
    const message = [shortMessage, charged, hint].filter((part) => part !== undefined).join(' ')
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.shortMessage = shortMessage
    this.details = details ?? (cause instanceof Error ? cause.message : undefined)
    this.charged = charged
    this.hint = hint
    this.retryable = retryable ?? false
  }

  /**
   * Follows the chain of causes, this error first.
   *
   * @param matches Which error to look for; without it, the innermost error is the answer.
   * @returns The first error that matches, or `undefined`.
   * @example error.walk((cause) => cause instanceof ContractRevertError)
   */
  walk(matches?: (error: unknown) => boolean): unknown {
    const seen = new Set<unknown>()
    let error: unknown = this
    while (!seen.has(error)) {
      if (matches?.(error)) return error
      seen.add(error)
      const next = error instanceof Error ? error.cause : undefined
      if (next === undefined || next === null) break
      error = next
    }
    return matches ? undefined : error
  }
}
