import type { z } from 'zod'
import { BackendAnswerInvalidError } from '../errors.ts'

/** Reads an engine's JSON by its schema, or says what is wrong with it. */
export function parseJson<S extends z.ZodType>(url: string, text: string, schema: S): z.output<S> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new BackendAnswerInvalidError(url, 'it is not JSON', { cause, details: text.slice(0, 200) })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.') || 'the answer'
  throw new BackendAnswerInvalidError(url, `${place}: ${issue?.message ?? 'invalid'}`, {
    details: text.slice(0, 200),
  })
}
