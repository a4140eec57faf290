import { HttpRequestError } from '../errors/httpRequest.ts'

type Limits = { maxBytes: number; method: string; url: string; charged?: string | undefined }

/** Reads a body of at most `maxBytes`, and stops the transfer when there is more. */
export async function readBounded(response: Response, limits: Limits): Promise<Uint8Array> {
  const reader = response.body?.getReader()
  if (reader === undefined) return new Uint8Array()
  const parts: Uint8Array[] = []
  let length = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length
    if (length > limits.maxBytes) {
      await reader.cancel()
      throw new HttpRequestError('TOO_LARGE', { ...limits, details: `more than ${limits.maxBytes} bytes` })
    }
    parts.push(part.value)
  }
  return join(parts, length)
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
