import { BackendAnswerTooLargeError } from '../errors.ts'
import type { HttpAnswer } from './httpCall.ts'

/** The whole body of an answer; more than `maxBytes` is refused before it is kept. */
export async function readBody(
  url: string,
  answer: HttpAnswer,
  maxBytes: number,
): Promise<Buffer<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const part of answer.body) {
      bytes += part.length
      if (bytes > maxBytes) throw new BackendAnswerTooLargeError(url, maxBytes)
      parts.push(part)
    }
  } finally {
    answer.drop()
  }
  return Buffer.concat(parts)
}
