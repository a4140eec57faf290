import { TensorSet } from '@dim/sdk'
import type {
  Backend,
  BackendEvent,
  BackendPort,
  BackendRequest,
  BackendResult,
  BackendUsage,
} from '../backend.ts'
import { type BackendLimits, defaultBackendLimits, metadataTimeoutMs } from '../backendLimits.ts'
import { assertAccepted } from '../http/assertAccepted.ts'
import { createHttpClient, type HttpCallOptions } from '../http/httpCall.ts'
import { parseJson } from '../http/parseJson.ts'
import { readBody } from '../http/readBody.ts'
import { unready } from '../unready.ts'
import { modelsSchema } from './chunk.ts'
import { type Completion, readCompletion } from './completion.ts'
import { engineVersion } from './engineVersion.ts'
import { textInputs, toBody } from './toBody.ts'
import { createTokenCounter } from './tokenCounter.ts'

export type OpenAiBackendOptions = {
  /** With or without `/v1` at its end. */
  url: string
  apiKey?: string | undefined
  limits?: Partial<BackendLimits> | undefined
}

const BYTES_PER_TOKEN = 4

const outputs: readonly BackendPort[] = [
  { name: 'text', dtype: 'string', dims: [1] },
  { name: 'usage', dtype: 'int64', dims: [2] },
  { name: 'finish_reason', dtype: 'string', dims: [1] },
]

const inputs = Object.entries(textInputs).map(
  ([name, dtype]): BackendPort => ({ name, dtype, dims: [name === 'stop' ? 'stops' : 1] }),
)

/** A server of OpenAI's protocol: vLLM, llama.cpp, Ollama, LM Studio, mlx_lm. Text in, text and tokens out. */
export function openAiBackend({ url: given, apiKey, limits: some }: OpenAiBackendOptions): Backend {
  const limits = { ...defaultBackendLimits, ...some }
  const url = given.replace(/\/(v1\/?)?$/, '')
  const client = createHttpClient({ url, apiKey, limits })
  const countTokens = createTokenCounter(client)
  let engine: Promise<string> | undefined

  const getEngine = () => {
    engine ??= engineVersion(client)
    return engine
  }
  const send = async (call: HttpCallOptions) => {
    const answer = await client.call(call)
    await assertAccepted(url, answer, apiKey)
    return answer
  }
  const listModels = async (signal?: AbortSignal) => {
    const body = await readBody(
      url,
      await send({ path: 'v1/models', signal, timeoutMs: metadataTimeoutMs }),
      limits.maxAnswerBytes,
    )
    return parseJson(url, body.toString('utf8'), modelsSchema).data.map(({ id }) => id)
  }
  const usageOf = async (request: BackendRequest, promptText: string, completion: Completion) => {
    if (completion.usage !== undefined) return { ...completion.usage, source: 'server' } as const
    const { model, signal } = request
    const prompt = await countTokens(promptText, { model, signal })
    const answer = await countTokens(completion.text, { model, signal })
    // Some tokenisers begin every text with a mark, which an answer does not have.
    const marks = answer === undefined ? 0 : ((await countTokens('', { model, signal })) ?? 0)
    const promptTokens = prompt ?? Math.ceil(Buffer.byteLength(promptText) / BYTES_PER_TOKEN)
    // Servers send a piece for each token.
    const completionTokens = answer === undefined ? completion.pieces : Math.max(0, answer - marks)
    return { promptTokens, completionTokens, source: 'counted' } as const
  }

  async function* stream(request: BackendRequest): AsyncGenerator<BackendEvent> {
    const began = performance.now()
    const { signal, timeoutMs } = request
    const { path, body, promptText, dims } = toBody(request, limits.maxTokens)
    const answer = await send({
      ...{ path, method: 'POST', signal, timeoutMs },
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
    })
    const pieces = readCompletion({ url, answer, maxBytes: limits.maxAnswerBytes })
    let next = await pieces.next()
    try {
      for (; next.done !== true; next = await pieces.next()) yield { type: 'text', text: next.value }
    } finally {
      answer.drop()
    }
    const run = performance.now() - began
    const usage = await usageOf(request, promptText, next.value)
    const timingsMs = { queue: 0, load: 0, run }
    const all = toOutputs(next.value, usage, dims)
    const chosen = request.outputs ?? ['text', 'usage']
    const kept = Object.fromEntries(Object.entries(all).filter(([name]) => chosen.includes(name)))
    yield { type: 'done', result: { outputs: kept, engine: await getEngine(), usage, timingsMs } }
  }

  return {
    kind: 'openai',
    async health({ model, signal } = {}) {
      const began = performance.now()
      try {
        const models = await listModels(signal)
        const latencyMs = performance.now() - began
        if (model !== undefined && !models.includes(model)) {
          return unready(`there is no model "${model}", only ${models.slice(0, 8).join(', ') || 'none'}`)
        }
        return { state: 'ready', engine: await getEngine(), latencyMs }
      } catch (error) {
        return unready(error, signal)
      }
    },
    listModels,
    describe: async () => ({ inputs, outputs }),
    run: (request) => lastOf(stream(request)),
    stream,
    async close() {
      client.close()
    },
  }
}

async function lastOf(events: AsyncIterable<BackendEvent>): Promise<BackendResult> {
  let result: BackendResult | undefined
  for await (const event of events) if (event.type === 'done') result = event.result
  return result as BackendResult
}

function toOutputs(
  { text, finishReason }: Completion,
  { promptTokens, completionTokens }: BackendUsage,
  dims: readonly number[],
): TensorSet.TensorSet {
  return {
    text: TensorSet.fromTyped('string', [text.toWellFormed()], dims),
    usage: TensorSet.fromTyped(
      'int64',
      BigInt64Array.of(BigInt(promptTokens), BigInt(completionTokens)),
      [2],
    ),
    finish_reason: TensorSet.fromTyped('string', [finishReason], dims),
  }
}
