import { redactUrl } from '../config/redactUrl.ts'
import { redactText } from './redactText.ts'

const HIDDEN = '[redacted]'
const MAX_DEPTH = 8

const SECRET_NAME =
  /^(private_?key|secret(_?key)?|password|passphrase|mnemonic|seed|authorization|cookie|token|raw|serializedtransaction|preimage|reply_?key)$/i
const URL_NAME = /url$/i

function fromError(error: Error, depth: number): unknown {
  const { name, message, stack = '', cause } = error
  return {
    name,
    code: 'code' in error ? error.code : undefined,
    message: redactText(message),
    stack: redactText(stack),
    ...(cause === undefined ? {} : { cause: redact(cause, '', depth + 1) }),
  }
}

const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value))

/** Requests and replies of the HTTP server have serializers of their own, which want the object itself. */
function fromInstance(value: object, name: string): unknown {
  if (value instanceof Date || name === 'req' || name === 'res') return value
  if (value instanceof URL) return redactUrl(value.href)
  return `[${value.constructor.name}]`
}

function redact(value: unknown, name: string, depth: number): unknown {
  if (SECRET_NAME.test(name) && value !== undefined) return HIDDEN
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return URL_NAME.test(name) && name !== 'publicUrl' ? redactUrl(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) return '[deep]'
  if (value instanceof Uint8Array) return `[${value.length} bytes]`
  if (value instanceof Error) return fromError(value, depth)
  if (Array.isArray(value)) return value.map((item) => redact(item, '', depth + 1))
  if (!isPlain(value)) return fromInstance(value, name)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redact(inner, key, depth + 1)]))
}

/**
 * A copy that is safe to log: what is named like a secret is hidden, bytes become their count, addresses lose
 * their path and query (RPC keys live there), bigints become decimal strings.
 */
export function redactSecrets(value: unknown): unknown {
  return redact(value, '', 0)
}
