import type { IncomingMessage } from 'node:http'
import { Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest, Agent as SecureAgent } from 'node:https'
import { JobAbortedError } from '../../runtime/errors.ts'
import type { BackendLimits } from '../backendLimits.ts'
import { BackendDiedMidStreamError, BackendUnavailableError } from '../errors.ts'
import { createDeadlines, type Deadlines } from './deadlines.ts'

export type HttpCallOptions = {
  method?: 'GET' | 'POST'
  /** Below the client's address, as `v1/models`. */
  path: string
  headers?: Readonly<Record<string, string>>
  body?: Uint8Array
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
}

export type HttpAnswer = {
  status: number
  headers: Readonly<Record<string, string | undefined>>
  /** Ends with BACKEND_DIED_MID_STREAM when the connection does before the answer; is to be read or to be dropped. */
  body: AsyncIterable<Uint8Array>
  /** Gives the answer up: closes its connection unless it was read to the end. */
  drop(): void
}

export type HttpClient = {
  readonly url: string
  call(options: HttpCallOptions): Promise<HttpAnswer>
  close(): void
}

type Call = HttpCallOptions & { reused?: boolean }

/** HTTP/1.1 with kept connections and limits of its own; follows no redirect and knows no proxy. */
export function createHttpClient(options: {
  url: string
  apiKey: string | undefined
  limits: BackendLimits
}): HttpClient {
  const { url, limits, apiKey } = options
  const base = url.endsWith('/') ? url : `${url}/`
  const isSecure = new URL(url).protocol === 'https:'
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
  const closing = new AbortController()

  const open = (call: Call, deadlines: Deadlines): Promise<IncomingMessage> => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const request = (isSecure ? httpsRequest : httpRequest)(new URL(call.path, base), {
      agent,
      method: call.method ?? 'GET',
      signal: deadlines.signal,
      headers: {
        accept: 'application/json, text/event-stream',
        'accept-encoding': 'identity',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(call.body === undefined ? {} : { 'content-length': String(call.body.length) }),
        ...call.headers,
      },
    })
    request.once('socket', (socket) => {
      if (!socket.connecting) return deadlines.connected()
      socket.once(isSecure ? 'secureConnect' : 'connect', deadlines.connected)
    })
    request.once('response', resolve)
    request.once('error', (cause: NodeJS.ErrnoException) => {
      // The server may have closed a kept connection at the moment of its reuse: nothing of the request was taken then.
      const isStale = request.reusedSocket && cause.code === 'ECONNRESET' && call.reused !== true
      if (isStale) open({ ...call, reused: true }, deadlines).then(resolve, reject)
      else reject(deadlines.reason() ?? unavailable(url, cause))
    })
    request.end(call.body)
    return promise
  }

  return {
    url,
    async call(call) {
      if (call.signal?.aborted) throw new JobAbortedError('(at an engine)', call.signal.reason)
      const deadlines = createDeadlines({ url, limits, ...call, closing: closing.signal })
      try {
        const response = await open(call, deadlines)
        // Who reads the body hears of its end there; an answer that is dropped has nobody to tell.
        response.on('error', () => undefined)
        return {
          status: response.statusCode ?? 0,
          headers: response.headers as HttpAnswer['headers'],
          body: readAnswer(url, response, deadlines),
          drop: () => {
            deadlines.done()
            response.destroy()
          },
        }
      } catch (error) {
        deadlines.done()
        throw error
      }
    },
    close() {
      closing.abort()
      agent.destroy()
    },
  }
}

async function* readAnswer(url: string, response: IncomingMessage, deadlines: Deadlines) {
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      // While the reader is busy, the engine is not late.
      deadlines.pause()
      yield chunk
      deadlines.piece()
    }
  } catch (cause) {
    throw deadlines.reason() ?? new BackendDiedMidStreamError(url, bytes, { cause })
  } finally {
    deadlines.done()
  }
}

function unavailable(url: string, cause: NodeJS.ErrnoException): BackendUnavailableError {
  const why = cause.code === undefined ? cause.message : `${cause.code} ${cause.message}`
  return new BackendUnavailableError(url, 'does not answer', { cause, details: why })
}
