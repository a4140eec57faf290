import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const bodySchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  max_tokens: z.int().min(1),
  temperature: z.number().min(0).max(2),
  prompt: z.string().optional(),
  messages: z
    .array(z.object({ role: z.string(), content: z.unknown() }))
    .min(1)
    .optional(),
})

export type CompletionCall = z.output<typeof bodySchema> & {
  path: string
  headers: IncomingMessage['headers']
}

export type TextServerOptions = {
  models?: readonly string[]
  /** What is said, token by token; else the words of the prompt, backwards. */
  tokens?: readonly string[]
  usage?: boolean
  tokenizer?: boolean
  /** Answers a completion in another way than the protocol's. */
  answer?: (response: ServerResponse, call: CompletionCall) => void
}

export type TextServer = {
  url: string
  /** Completions that were asked for. */
  readonly calls: readonly CompletionCall[]
  options: TextServerOptions
  close(): Promise<void>
}

const json = (response: ServerResponse, status: number, value: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

export const sendEvent = (response: ServerResponse, value: unknown) =>
  response.write(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`)

export const startEvents = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })

const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== '')

/** A server of OpenAI's protocol on a loopback port that checks what it is asked; its model says words backwards. */
export async function startTextServer(initial: TextServerOptions = {}): Promise<TextServer> {
  const calls: CompletionCall[] = []
  const state = { options: initial }

  const complete = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    const parsed = bodySchema.safeParse(JSON.parse(await readText(request)))
    if (!parsed.success) return json(response, 400, { error: { message: parsed.error.message } })
    const call = { ...parsed.data, path, headers: request.headers }
    calls.push(call)
    const { models = ['tiny'], answer = say } = state.options
    if (!models.includes(call.model)) return json(response, 404, { error: { message: 'no such model' } })
    answer(response, call)
  }

  const say = (response: ServerResponse, call: CompletionCall) => {
    const isChat = call.path === '/v1/chat/completions'
    const asked = call.prompt ?? call.messages?.map(({ content }) => String(content)).join(' ') ?? ''
    const { usage = true } = state.options
    const tokens =
      state.options.tokens ??
      wordsOf(asked)
        .toReversed()
        .map((word) => `${word} `)
    const said = tokens.slice(0, call.max_tokens)
    const finish = said.length < tokens.length ? 'length' : 'stop'
    startEvents(response)
    if (isChat) sendEvent(response, { choices: [{ index: 0, delta: { role: 'assistant' } }] })
    for (const token of said) {
      sendEvent(response, {
        choices: [{ index: 0, ...(isChat ? { delta: { content: token } } : { text: token }) }],
      })
    }
    sendEvent(response, { choices: [{ index: 0, delta: {}, text: '', finish_reason: finish }] })
    if (usage) {
      const counts = { prompt_tokens: wordsOf(asked).length, completion_tokens: said.length }
      sendEvent(response, { choices: [], usage: { ...counts, total_tokens: 0 } })
    }
    response.end('data: [DONE]\n\n')
  }

  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const { models = ['tiny'], tokenizer = false } = state.options
    if (path === '/v1/models') {
      return json(response, 200, { object: 'list', data: models.map((id) => ({ id, owned_by: 'tests' })) })
    }
    if (path === '/version') return json(response, 200, { version: '0.0.1' })
    if (path === '/tokenize' && tokenizer) {
      const { content } = JSON.parse(await readText(request)) as { content: string }
      return json(response, 200, { tokens: wordsOf(content).map((_, index) => index) })
    }
    if (request.method === 'POST' && /^\/v1\/(chat\/)?completions$/.test(path)) {
      return complete(request, response, path)
    }
    json(response, 404, { error: { message: 'no such path' } })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get options() {
      return state.options
    },
    set options(next) {
      state.options = next
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of request) parts.push(part as Uint8Array)
  return Buffer.concat(parts).toString('utf8')
}
