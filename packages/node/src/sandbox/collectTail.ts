import type { Readable } from 'node:stream'

const tailBytes = 2048

/** Reads a stream to its end and keeps the last of it, as text. */
export function collectTail(stream: Readable | null): () => string {
  let tail = Buffer.alloc(0)
  stream?.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-tailBytes)
  })
  return () => tail.toString('utf8').trim()
}
