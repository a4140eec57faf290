import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Hex } from 'viem'
import { answer } from './routes.ts'
import { Problem, type ProviderState } from './state.ts'

/** Listens on a loopback port and writes its address into the state. */
export async function serve(state: ProviderState): Promise<Server> {
  const server = createServer((request, response) => {
    handle(state, request).then(
      (body) => reply(response, 200, body),
      (error: unknown) => {
        if (!(error instanceof Problem)) state.failures.push(error)
        const { status, code } = error instanceof Problem ? error : { status: 500, code: 'INTERNAL' }
        reply(response, status, { type: 'about:blank', title: code, status, code })
      },
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  state.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return server
}

async function handle(state: ProviderState, request: IncomingMessage): Promise<unknown> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const name = `${request.method} ${pathname.replace(/\/[^/]{40,}$/, '/…')}`
  state.calls.push(name)
  const bytes = await readBytes(request)
  const quoteNonce = String(request.headers['x-dim-quote']) as Hex
  const json = () => JSON.parse(Buffer.from(bytes).toString('utf8')) as never
  return answer(state, { name, last: pathname.split('/').at(-1) ?? '', quoteNonce, bytes, json })
}

async function readBytes(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return new Uint8Array(Buffer.concat(parts))
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const isBlock = body instanceof Uint8Array
  response.writeHead(status, { 'content-type': isBlock ? 'application/vnd.ipld.raw' : 'application/json' })
  response.end(isBlock ? body : JSON.stringify(body))
}
