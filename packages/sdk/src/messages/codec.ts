import serialize from 'canonicalize'
import * as z from 'zod'
import { InvalidMessageError } from '../errors/invalidMessage.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads a parsed JSON value by a schema, or throws `<NOUN>_INVALID` with path and rule. */
export function parseMessage<S extends z.ZodType>(noun: string, schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input)
  if (!result.success) throw InvalidMessageError.fromZod(noun, result.error)
  return result.data
}

/** Writes a message as a JSON value: bigints become decimal strings. Throws `<NOUN>_INVALID` for a value out of its schema. */
export function toJson<S extends z.ZodType>(noun: string, schema: S, value: z.output<S>): z.input<S> {
  const result = z.safeEncode(schema, value)
  if (!result.success) throw InvalidMessageError.fromZod(noun, result.error)
  return result.data
}

/** Canonical JSON (RFC 8785) of a message, as UTF-8 bytes. */
export function toCanonicalBytes<S extends z.ZodType>(
  noun: string,
  schema: S,
  value: z.output<S>,
): Uint8Array {
  return encoder.encode(canonicalText(noun, toJson(noun, schema, value)))
}

/** Reads a message from JSON bytes of at most `maxBytes`. */
export function parseJsonBytes<S extends z.ZodType>(
  noun: string,
  schema: S,
  { bytes, maxBytes }: { bytes: Uint8Array; maxBytes: number },
): z.output<S> {
  if (bytes.length > maxBytes) {
    throw new InvalidMessageError(noun, { path: '', rule: `at most ${maxBytes} bytes, here ${bytes.length}` })
  }
  return parseMessage(noun, schema, readJson(noun, bytes))
}

function canonicalText(noun: string, json: unknown): string {
  try {
    return serialize(json) ?? 'null'
  } catch (cause) {
    throw new InvalidMessageError(noun, { path: '', rule: 'well-formed text and finite numbers', cause })
  }
}

function readJson(noun: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch (cause) {
    throw new InvalidMessageError(noun, { path: '', rule: 'JSON in UTF-8', cause })
  }
}
