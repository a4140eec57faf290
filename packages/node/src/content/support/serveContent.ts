import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CID } from 'multiformats/cid'

export type ContentServer = {
  endpoint: string
  /** CIDs that were asked for, in order. */
  requests: string[]
  close(): Promise<void>
}

type Answer = (cid: CID, response: ServerResponse) => Promise<Uint8Array | undefined>

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  requests: string[],
  getBlock: Answer,
) {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const cid = CID.parse(url.pathname.replace('/ipfs/', ''))
  requests.push(cid.toString())
  try {
    const bytes = await getBlock(cid, response)
    if (bytes === undefined || response.writableEnded) return
    response.writeHead(200, { 'content-type': 'application/vnd.ipld.raw' }).end(bytes)
  } catch {
    response.writeHead(404).end()
  }
}

/** A trustless gateway on loopback for tests; `getBlock` may also answer by itself and return nothing. */
export async function serveContent(getBlock: Answer): Promise<ContentServer> {
  const requests: string[] = []
  const server = createServer((request, response) => void answer(request, response, requests, getBlock))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
