import { BaseError } from '@dim/sdk'
import { z } from 'zod'
import { metadataTimeoutMs } from '../backendLimits.ts'
import type { HttpClient } from '../http/httpCall.ts'
import { readBody } from '../http/readBody.ts'

const MAX_ANSWER = 1_048_576

const short = z.string().min(1).max(64)

/** Where engines say what they are; the protocol has no place for it. */
const places = [
  { path: 'version', schema: z.object({ version: short }).transform(({ version }) => `vllm ${version}`) },
  {
    path: 'api/version',
    schema: z.object({ version: short }).transform(({ version }) => `ollama ${version}`),
  },
  {
    path: 'props',
    schema: z.object({ build_info: short }).transform(({ build_info: b }) => `llama.cpp ${b}`),
  },
  {
    path: 'openapi.json',
    schema: z
      .object({ info: z.object({ title: short, version: short }) })
      .transform(({ info }) => `${info.title} ${info.version}`),
  },
] as const

/** What runs behind an OpenAI-compatible address, as far as it can be asked. */
export async function engineVersion(client: HttpClient, signal?: AbortSignal): Promise<string> {
  for (const { path, schema } of places) {
    try {
      const answer = await client.call({ path, signal, timeoutMs: metadataTimeoutMs })
      const bytes = await readBody(client.url, answer, MAX_ANSWER)
      if (answer.status !== 200) continue
      const name = schema.safeParse(JSON.parse(bytes.toString('utf8')))
      if (name.success) return name.data.replaceAll(/[^\x20-\x7e]/g, '').trim()
    } catch (error) {
      if (signal?.aborted || !(error instanceof BaseError || error instanceof SyntaxError)) throw error
    }
  }
  return 'openai-compatible'
}
