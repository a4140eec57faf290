import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

type Provider = { request(call: { method: string; params?: unknown[] }): Promise<unknown> }
type Call = { id: unknown; method: string; params?: unknown[] }
type RpcFault = { code?: number; message?: string; data?: unknown }

export type JsonRpcServer = { url: string; close(): Promise<void> }

/** Serves an in-process chain over HTTP on a loopback port of its own choice, so that other processes can use it. */
export async function serveJsonRpc(provider: Provider): Promise<JsonRpcServer> {
  const server = createServer(async (request, response) => {
    const body: unknown = JSON.parse(await readText(request))
    const answer = Array.isArray(body)
      ? await Promise.all(body.map((call) => answerCall(provider, call)))
      : await answerCall(provider, body as Call)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) }
}

async function answerCall(provider: Provider, { id, method, params = [] }: Call) {
  try {
    return { jsonrpc: '2.0', id, result: (await provider.request({ method, params })) ?? null }
  } catch (error) {
    const { code = -32603, message = 'failed', data } = error as RpcFault
    return { jsonrpc: '2.0', id, error: { code, message, data } }
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
