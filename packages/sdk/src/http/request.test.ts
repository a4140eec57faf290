import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { startHttpServer } from '../../../../test/support/httpServer.ts'
import type { NodeRefusalError } from '../errors/nodeRefusal.ts'
import { request } from './request.ts'
import { requestJson } from './requestJson.ts'
import { withRetries } from './withRetries.ts'

async function against(listener: RequestListener, check: (endpoint: string) => Promise<void>): Promise<void> {
  const server = await startHttpServer(listener)
  try {
    await check(server.endpoint)
  } finally {
    await server.close()
  }
}

const path = '/api/info'
const maxBytes = 100

describe('request', () => {
  it('keeps a path of the endpoint and its body', () =>
    against(
      (incoming, response) => response.end(`${incoming.method} ${incoming.url}`),
      async (endpoint) => {
        const { bytes } = await request({ endpoint: `${endpoint}/node/`, path, maxBytes })
        assert.equal(new TextDecoder().decode(bytes), 'GET /node/api/info')
      },
    ))

  it('passes on the code of problem details', () =>
    against(
      (_, response) => {
        response.writeHead(409, { 'content-type': 'application/problem+json' })
        response.end(JSON.stringify({ title: 'Refused', code: 'QUOTE_USED', detail: 'It was used.' }))
      },
      (endpoint) =>
        assert.rejects(request({ endpoint, path, maxBytes }), {
          code: 'QUOTE_USED',
          status: 409,
          retryable: false,
          message: /It was used/,
        }),
    ))

  it('makes a code of the status when there is none, or none that looks like one', async () => {
    for (const body of ['<html>', JSON.stringify({ code: 'no code' }), JSON.stringify('text'), '']) {
      await against(
        (_, response) => response.writeHead(502).end(body),
        (endpoint) =>
          assert.rejects(request({ endpoint, path, maxBytes }), { code: 'HTTP_502', retryable: true }),
      )
    }
  })

  it('stops reading an answer that is too large', () =>
    against(
      (_, response) => {
        response.write('x'.repeat(101))
      },
      (endpoint) => assert.rejects(request({ endpoint, path, maxBytes }), { code: 'HTTP_TOO_LARGE' }),
    ))

  it('gives up after its time limit, also in the middle of a body', async () => {
    const silent: RequestListener = () => undefined
    const halting: RequestListener = (_, response) => response.write('x')
    for (const listener of [silent, halting]) {
      await against(listener, (endpoint) =>
        assert.rejects(request({ endpoint, path, maxBytes, timeoutMs: 30 }), {
          code: 'HTTP_TIMEOUT',
          retryable: true,
        }),
      )
    }
  })

  it('rejects with the reason of an abort', () =>
    against(
      () => undefined,
      async (endpoint) => {
        const controller = new AbortController()
        const answer = request({ endpoint, path, maxBytes, signal: controller.signal })
        const reason = Symbol('enough')
        controller.abort(reason)
        await assert.rejects(answer, (error) => error === reason)
      },
    ))

  it('says that a node cannot be reached', async () => {
    const { endpoint, close } = await startHttpServer(() => undefined)
    await close()
    await assert.rejects(request({ endpoint, path, maxBytes }), { code: 'HTTP_UNREACHABLE', retryable: true })
  })

  it('follows no redirect', () =>
    against(
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      (endpoint) => assert.rejects(request({ endpoint, path, maxBytes }), { code: 'HTTP_UNREACHABLE' }),
    ))
})

describe('words of a node', () => {
  it('reach people without control characters', () =>
    against(
      (_, response) => response.writeHead(400).end(JSON.stringify({ detail: 'no\u001b[2J\u202e way' })),
      (endpoint) =>
        assert.rejects(request({ endpoint, path, maxBytes }), ({ shortMessage }: NodeRefusalError) => {
          assert.match(shortMessage, /: no \[2J {2}way$/)
          return true
        }),
    ))
})

describe('requestJson', () => {
  const schema = z.object({ n: z.int() })

  it('reads what fits the schema', () =>
    against(
      (_, response) => response.end('{"n":1,"more":true}'),
      async (endpoint) => assert.deepEqual(await requestJson({ endpoint, path, schema }), { n: 1 }),
    ))

  it('refuses everything else', async () => {
    for (const body of ['{"n":"1"}', '{', '', '\xff']) {
      await against(
        (_, response) => response.end(body, 'latin1'),
        (endpoint) => assert.rejects(requestJson({ endpoint, path, schema }), { code: 'HTTP_BAD_ANSWER' }),
      )
    }
  })
})

describe('withRetries', () => {
  it('repeats what may work later, and only that', async () => {
    const statuses = [503, 429, 200]
    await against(
      (_, response) => response.writeHead(statuses.shift() ?? 500).end('ok'),
      async (endpoint) => {
        const { status } = await withRetries(() => request({ endpoint, path, maxBytes }), { backoffMs: 1 })
        assert.equal(status, 200)
      },
    )
    let calls = 0
    await against(
      (_, response) => {
        calls++
        response.writeHead(404).end()
      },
      (endpoint) =>
        assert.rejects(
          withRetries(() => request({ endpoint, path, maxBytes }), { backoffMs: 1 }),
          { code: 'HTTP_404' },
        ),
    )
    assert.equal(calls, 1)
  })

  it('gives up after its attempts', async () => {
    let calls = 0
    await against(
      (_, response) => {
        calls++
        response.writeHead(503).end()
      },
      (endpoint) =>
        assert.rejects(
          withRetries(() => request({ endpoint, path, maxBytes }), { attempts: 4, backoffMs: 1 }),
          { code: 'HTTP_503' },
        ),
    )
    assert.equal(calls, 4)
  })
})
