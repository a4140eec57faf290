import type { z } from 'zod'
import { BaseError } from './baseError.ts'

/** A message from outside breaks its schema. The code is `<NOUN>_INVALID`, such as `RECEIPT_INVALID`. */
export class InvalidMessageError extends BaseError {
  override readonly code: string
  /** Path of the first field that is wrong, such as `inputs.0.dtype`; empty for the message itself. */
  readonly path: string
  /** The rule that it breaks. */
  readonly rule: string

  constructor(noun: string, { path, rule, cause }: { path: string; rule: string; cause?: unknown }) {
    const where = path === '' ? 'the message' : `"${path}"`
    super(`${noun} could not be read: ${where} breaks the rule "${rule}".`, {
      cause,
      charged: 'Nothing was charged.',
      hint: `Correct ${where} and try again.`,
    })
    this.code = `${toSnake(noun)}_INVALID`
    this.path = path
    this.rule = rule
  }

  /** Names path and rule of the first issue of a failed zod parse. */
  static fromZod(noun: string, error: z.ZodError): InvalidMessageError {
    const issue = error.issues[0]
    const path = issue?.path.map(String).join('.') ?? ''
    return new InvalidMessageError(noun, { path, rule: issue?.message ?? 'unknown', cause: error })
  }
}

function toSnake(noun: string): string {
  return noun
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(' ', '_')
    .toUpperCase()
}
