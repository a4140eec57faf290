import { HttpRequestError } from '../errors/httpRequest.ts'
import { NodeRefusalError } from '../errors/nodeRefusal.ts'
import { readBounded } from './readBounded.ts'

/** What every call to a node takes. */
export type RequestOptions = {
  /** Gives up at once; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined
  /** Limit for one attempt, 15,000 by default. */
  timeoutMs?: number | undefined
}

export type NodeRequest = RequestOptions & {
  endpoint: string
  /** Starts with a slash. */
  path: string
  method?: 'GET' | 'HEAD' | 'PUT' | 'POST'
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
  maxBytes: number
  /** What to say about money when the request fails; "Nothing was charged." by default. */
  charged?: string
}

export type NodeAnswer = { status: number; bytes: Uint8Array }

const maxProblemBytes = 64 * 1024

/** One attempt at one request: bounded in time and size; every failure is a coded error, an abort is the signal's reason. */
export async function request(options: NodeRequest): Promise<NodeAnswer> {
  const { endpoint, path, method = 'GET', timeoutMs = 15_000, signal, charged } = options
  signal?.throwIfAborted()
  const url = endpoint.replace(/\/+$/, '') + path
  const timeout = AbortSignal.timeout(timeoutMs)
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
  try {
    return await exchange(url, options, either)
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    if (cause instanceof HttpRequestError || cause instanceof NodeRefusalError) throw cause
    throw new HttpRequestError(timeout.aborted ? 'TIMEOUT' : 'UNREACHABLE', { method, url, charged, cause })
  }
}

async function exchange(url: string, options: NodeRequest, signal: AbortSignal): Promise<NodeAnswer> {
  const { method = 'GET', headers = {}, body, maxBytes, charged } = options
  const init: RequestInit = { method, headers, signal, redirect: 'error', credentials: 'omit' }
  if (body !== undefined) init.body = body as NonNullable<RequestInit['body']>
  const response = await fetch(url, init)
  const limit = response.ok ? maxBytes : maxProblemBytes
  const bytes = await readBounded(response, { maxBytes: limit, method, url, charged })
  if (!response.ok) {
    throw new NodeRefusalError({ ...readProblem(bytes), status: response.status, method, url, charged })
  }
  return { status: response.status, bytes }
}

/** The fields of RFC 9457 that matter, from an answer that may be anything. */
function readProblem(bytes: Uint8Array): { code?: string; title?: string; detail?: string } {
  const problem = parseJson(bytes)
  if (typeof problem !== 'object' || problem === null) return {}
  const { code, title, detail } = problem as Record<string, unknown>
  return {
    ...(typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,80}$/.test(code) ? { code } : {}),
    ...(typeof title === 'string' ? { title: plainText(title, 500) } : {}),
    ...(typeof detail === 'string' ? { detail: plainText(detail, 2_000) } : {}),
  }
}

/** A node's words end on terminals and pages: no control characters, no changes of direction. */
const plainText = (text: string, length: number): string => text.slice(0, length).replace(/\p{C}/gu, ' ')

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    // A proxy's page of HTML is an error without a code of ours.
    return undefined
  }
}
