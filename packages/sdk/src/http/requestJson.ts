import type { z } from 'zod'
import { HttpRequestError } from '../errors/httpRequest.ts'
import { type NodeRequest, request } from './request.ts'

export type JsonRequest<S extends z.ZodType> = Omit<NodeRequest, 'body' | 'maxBytes'> & {
  schema: S
  /** A JSON value; bigints are written as decimal strings by the noun's `toJson` before. */
  json?: unknown
  /** 1 MiB by default. */
  maxBytes?: number
}

/** One attempt at a request whose answer is JSON of a known schema. */
export async function requestJson<S extends z.ZodType>(options: JsonRequest<S>): Promise<z.output<S>> {
  const { schema, json, maxBytes = 1024 * 1024, headers, ...rest } = options
  const sent = json === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await request({
    ...rest,
    maxBytes,
    headers: { accept: 'application/json', ...sent, ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  return readAnswer(answer.bytes, options)
}

function readAnswer<S extends z.ZodType>(bytes: Uint8Array, options: JsonRequest<S>): z.output<S> {
  const { schema, method = 'GET', endpoint, path, charged } = options
  const where = { method, url: endpoint + path, charged }
  const parsed = schema.safeParse(parseJson(bytes, where))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const details = `"${issue?.path.map(String).join('.')}": ${issue?.message}`
  throw new HttpRequestError('BAD_ANSWER', { ...where, details, cause: parsed.error })
}

function parseJson(bytes: Uint8Array, where: { method: string; url: string; charged: string | undefined }) {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch (cause) {
    throw new HttpRequestError('BAD_ANSWER', { ...where, details: 'not JSON', cause })
  }
}
