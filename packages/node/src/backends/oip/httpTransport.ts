import type { TensorSet } from '@dim/sdk'
import { z } from 'zod'
import { type BackendLimits, metadataTimeoutMs } from '../backendLimits.ts'
import { BackendAnswerInvalidError } from '../errors.ts'
import { assertAccepted } from '../http/assertAccepted.ts'
import { createHttpClient, type HttpAnswer, type HttpCallOptions } from '../http/httpCall.ts'
import { parseJson } from '../http/parseJson.ts'
import { readBody } from '../http/readBody.ts'
import { decodeInfer } from './decodeInfer.ts'
import { encodeInfer } from './encodeInfer.ts'
import type { InferCall, OipTransport, ServerMetadata } from './transport.ts'

/** Servers name the binary tensor data extension so. */
const binaryExtensions: readonly string[] = ['binary_tensor_data', 'binary_data']

const name = z.string().max(512)

const serverSchema = z.object({
  name,
  version: name.default(''),
  extensions: z.array(name).max(64).default([]),
})

const tensorSchema = z.object({ name, datatype: name, shape: z.array(z.int()).max(32) })

const modelSchema = z.object({
  name,
  inputs: z.array(tensorSchema).max(1024).default([]),
  outputs: z.array(tensorSchema).max(1024).default([]),
})

const repositorySchema = z.array(z.object({ name, state: name.optional() })).max(4096)

const timeoutMs = metadataTimeoutMs

const modelPath = (model: string) => `v2/models/${encodeURIComponent(model)}`

export type HttpTransportOptions = { url: string; apiKey: string | undefined; limits: BackendLimits }

/** The protocol over HTTP, with raw tensors where the server offers the binary extension. */
export function createHttpTransport({ url, apiKey, limits }: HttpTransportOptions): OipTransport {
  const client = createHttpClient({ url, apiKey, limits })
  let known: ServerMetadata | undefined

  const send = async (call: HttpCallOptions): Promise<HttpAnswer> => {
    const answer = await client.call(call)
    await assertAccepted(url, answer, apiKey)
    return answer
  }
  const read = async (call: HttpCallOptions) =>
    readBody(url, await send(call), limits.maxAnswerBytes).then((body) => body.toString('utf8'))

  const server = async (signal?: AbortSignal): Promise<ServerMetadata> => {
    known = parseJson(url, await read({ path: 'v2', signal, timeoutMs }), serverSchema)
    return known
  }
  const hasBinary = async (signal?: AbortSignal): Promise<boolean> => {
    const { extensions } = known ?? (await server(signal))
    return extensions.some((extension) => binaryExtensions.includes(extension))
  }

  return {
    server,
    async isReady(model, signal) {
      const path = model === undefined ? 'v2/health/ready' : `${modelPath(model)}/ready`
      const answer = await client.call({ path, signal, timeoutMs })
      await readBody(url, answer, limits.maxAnswerBytes)
      return answer.status >= 200 && answer.status < 300
    },
    async repository(signal) {
      const body = Buffer.from('{}')
      const headers = { 'content-type': 'application/json' }
      const answer = await client.call({
        path: 'v2/repository/index',
        method: 'POST',
        body,
        headers,
        signal,
        timeoutMs,
      })
      if ([404, 405, 501].includes(answer.status)) {
        answer.drop()
        return []
      }
      await assertAccepted(url, answer, apiKey)
      const text = (await readBody(url, answer, limits.maxAnswerBytes)).toString('utf8')
      return [...new Set(parseJson(url, text, repositorySchema).map((entry) => entry.name))]
    },
    async model(model, signal) {
      return parseJson(url, await read({ path: modelPath(model), signal, timeoutMs }), modelSchema)
    },
    async infer(call: InferCall): Promise<TensorSet.TensorSet> {
      const isBinary = await hasBinary(call.signal)
      const { body, headers } = encodeInfer(call, isBinary)
      const path = `${modelPath(call.model)}/infer`
      const answer = await send({
        path,
        method: 'POST',
        body,
        headers,
        signal: call.signal,
        timeoutMs: call.timeoutMs,
      })
      const jsonBytes = answer.headers['inference-header-content-length']
      const bytes = await readBody(url, answer, limits.maxAnswerBytes)
      const header = jsonBytes === undefined ? bytes.length : Number(jsonBytes)
      if (!Number.isSafeInteger(header) || header < 0 || header > bytes.length) {
        throw new BackendAnswerInvalidError(url, 'its Inference-Header-Content-Length is out of its body')
      }
      return decodeInfer(url, bytes.toString('utf8', 0, header), bytes.subarray(header))
    },
    close: client.close,
  }
}
