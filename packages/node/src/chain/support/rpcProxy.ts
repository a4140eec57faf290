import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type RpcCall = { method: string; params: readonly unknown[] }

/** Answers a call by itself, or hands it on by `forward`; throwing breaks the connection. */
export type RpcHandler = (call: RpcCall, forward: (call?: RpcCall) => Promise<unknown>) => Promise<unknown>

export class RpcFault extends Error {
  readonly code: number
  readonly data: unknown
  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

async function ask(target: string, call: RpcCall): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, ...call })
  const response = await fetch(target, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const { result, error } = (await response.json()) as { result: unknown; error?: RpcFault }
  if (error) throw new RpcFault(error.code, error.message, error.data)
  return result
}

/** A JSON-RPC endpoint in front of a real one, whose behaviour a test can spoil: lag, errors, another fork. */
export async function startRpcProxy(target: string) {
  let handler: RpcHandler = (_, forward) => forward()
  const calls: RpcCall[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { id, method, params = [] } = JSON.parse(Buffer.concat(chunks).toString())
    const call = { method, params }
    calls.push(call)
    try {
      const result = await handler(call, (other = call) => ask(target, other))
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ jsonrpc: '2.0', id, result }))
    } catch (error) {
      if (!(error instanceof RpcFault)) return response.destroy()
      const fault = { code: error.code, message: error.message, data: error.data }
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ jsonrpc: '2.0', id, error: fault }))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    /** Without an argument, behaves again. */
    handle(next: RpcHandler = (_, forward) => forward()) {
      handler = next
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
