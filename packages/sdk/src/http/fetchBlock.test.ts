import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sha256 } from 'viem'
import { startHttpServer } from '../../../../test/support/httpServer.ts'
import { refToCid } from '../crypto/cid.ts'
import { fetchBlock } from './fetchBlock.ts'
import { hasBlock } from './hasBlock.ts'
import { putBlock } from './putBlock.ts'

const bytes = new TextEncoder().encode('block')
const cid = refToCid(sha256(bytes))

async function serving(
  body: Uint8Array | undefined,
  check: (endpoint: string) => Promise<unknown>,
): Promise<void> {
  const server = await startHttpServer((_, response) => {
    response.writeHead(body === undefined ? 404 : 200).end(body)
  })
  try {
    await check(server.endpoint)
  } finally {
    await server.close()
  }
}

describe('fetchBlock', () => {
  it('gives the bytes of the CID', () =>
    serving(bytes, async (endpoint) => assert.deepEqual(await fetchBlock(endpoint, { cid }), bytes)))

  it('refuses other bytes', () =>
    serving(new Uint8Array([1]), (endpoint) =>
      assert.rejects(fetchBlock(endpoint, { cid }), { code: 'BLOCK_TAMPERED' }),
    ))

  it('refuses more bytes than allowed', () =>
    serving(bytes, (endpoint) =>
      assert.rejects(fetchBlock(endpoint, { cid, maxBytes: 4 }), { code: 'HTTP_TOO_LARGE' }),
    ))

  it('says that the node has none', () =>
    serving(undefined, (endpoint) => assert.rejects(fetchBlock(endpoint, { cid }), { code: 'HTTP_404' })))

  it('asks nobody for what is no CID', () =>
    assert.rejects(fetchBlock('http://127.0.0.1:1', { cid: 'nonsense' }), { code: 'CID_INVALID' }))
})

describe('hasBlock', () => {
  it('answers yes and no', async () => {
    await serving(bytes, async (endpoint) => assert.equal(await hasBlock(endpoint, { cid }), true))
    await serving(undefined, async (endpoint) => assert.equal(await hasBlock(endpoint, { cid }), false))
  })
})

describe('putBlock', () => {
  it('sends the bytes with the nonce of the quote', async () => {
    const seen: unknown[] = []
    const server = await startHttpServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      seen.push(request.method, request.url, request.headers['x-dim-quote'], Buffer.concat(parts).toString())
      response.writeHead(201).end('{}')
    })
    const quoteNonce = sha256('0x01')
    await putBlock(server.endpoint, { cid, bytes, quoteNonce })
    await server.close()
    assert.deepEqual(seen, ['PUT', `/api/blocks/${cid}`, quoteNonce, 'block'])
  })
})
