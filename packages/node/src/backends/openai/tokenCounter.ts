import { BaseError } from '@dim/sdk'
import { z } from 'zod'
import { metadataTimeoutMs } from '../backendLimits.ts'
import type { HttpClient } from '../http/httpCall.ts'
import { readBody } from '../http/readBody.ts'

const MAX_ANSWER = 16 * 1_048_576

const counted = z.union([
  z.object({ count: z.int().min(0) }).transform(({ count }) => count),
  z.object({ tokens: z.array(z.unknown()) }).transform(({ tokens }) => tokens.length),
])

/** `tokenize` of vLLM and of llama.cpp, each taking its own field and skipping the other's; then llama-cpp-python's. */
const ways = [
  { path: 'tokenize', body: (model: string, text: string) => ({ model, prompt: text, content: text }) },
  { path: 'extras/tokenize/count', body: (model: string, text: string) => ({ model, input: text }) },
] as const

export type TokenCounter = (text: string, options: CountOptions) => Promise<number | undefined>

export type CountOptions = { model: string; signal?: AbortSignal | undefined }

/** Counts tokens by the server's own tokeniser where it offers one; undefined where it does not. */
export function createTokenCounter(client: HttpClient): TokenCounter {
  let known: readonly (typeof ways)[number][] = ways

  const ask = async (way: (typeof ways)[number], text: string, { model, signal }: CountOptions) => {
    const body = Buffer.from(JSON.stringify(way.body(model, text)))
    const headers = { 'content-type': 'application/json' }
    try {
      const answer = await client.call({
        path: way.path,
        method: 'POST',
        body,
        headers,
        signal,
        timeoutMs: metadataTimeoutMs,
      })
      const bytes = await readBody(client.url, answer, MAX_ANSWER)
      return answer.status === 200 ? counted.safeParse(JSON.parse(bytes.toString('utf8'))).data : undefined
    } catch (error) {
      if (signal?.aborted || !(error instanceof BaseError || error instanceof SyntaxError)) throw error
      return undefined
    }
  }

  return async (text, options) => {
    for (const way of known) {
      const count = await ask(way, text, options)
      if (count === undefined) continue
      known = [way]
      return count
    }
    known = []
    return undefined
  }
}
