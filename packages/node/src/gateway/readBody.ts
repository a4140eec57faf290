import type { Readable } from 'node:stream'
import { InputTooLargeError } from '@dim/sdk'

/** Reads a body into memory and stops at the first byte too many. */
export async function readBody(stream: Readable, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new InputTooLargeError({ bytes, maxBytes })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}
