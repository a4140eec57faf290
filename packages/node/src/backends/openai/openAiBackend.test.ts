import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, afterEach, before, describe, it } from 'node:test'
import { type BaseError, TensorSet } from '@dim/sdk'
import { backendContract } from '../backend.contract.ts'
import type { BackendEvent } from '../backend.ts'
import { sendEvent, startEvents, startTextServer, type TextServer } from '../support/textServer.ts'
import { openAiBackend } from './openAiBackend.ts'

const text = (value: string) => TensorSet.fromTyped('string', [value], [1])
const number = (dtype: 'int64' | 'float32', value: number) => TensorSet.fromNumbers(dtype, [value], [1])
const textOf = (tensor: TensorSet.Tensor | undefined) =>
  TensorSet.toTyped({ ...(tensor as TensorSet.Tensor), dtype: 'string' })[0]

const ask = (prompt = 'one two three') => ({ model: 'tiny', inputs: { prompt: text(prompt) } })

describe('openAiBackend', () => {
  let server: TextServer
  let backend: ReturnType<typeof openAiBackend>

  before(async () => {
    server = await startTextServer()
    backend = openAiBackend({
      url: `${server.url}/v1`,
      apiKey: 'sk-not-for-logs',
      limits: { firstTokenMs: 400, idleMs: 200, totalMs: 2_000, maxAnswerBytes: 4_096, maxTokens: 16 },
    })
  })
  afterEach(() => {
    server.options = {}
  })
  after(async () => {
    await backend.close()
    await server.close()
  })

  backendContract('of a text server', () => ({
    backend,
    model: 'tiny',
    inputs: { prompt: text('a b') },
    check: (outputs) => assert.equal(textOf(outputs.text), 'b a '),
  }))

  it('tells models, health and engine', async () => {
    assert.deepEqual(await backend.listModels(), ['tiny'])
    const health = await backend.health({ model: 'tiny' })
    assert.equal(health.state === 'ready' && health.engine, 'vllm 0.0.1')
    const other = await backend.health({ model: 'huge' })
    assert.match(other.state === 'unready' ? other.reason : '', /no model "huge", only tiny/)
  })

  it('completes a prompt: text, tokens and why it ended', async () => {
    const { outputs, usage, engine } = await backend.run({
      ...ask(),
      outputs: ['text', 'usage', 'finish_reason'],
    })
    assert.equal(textOf(outputs.text), 'three two one ')
    assert.equal(textOf(outputs.finish_reason), 'stop')
    assert.deepEqual(Array.from(TensorSet.toNumbers(outputs.usage as TensorSet.Tensor)), [3, 3])
    assert.deepEqual(usage, { promptTokens: 3, completionTokens: 3, source: 'server' })
    assert.equal(engine, 'vllm 0.0.1')
    const call = server.calls.at(-1)
    assert.deepEqual(
      [call?.path, call?.temperature, call?.max_tokens, call?.stream],
      ['/v1/completions', 0, 16, true],
    )
    assert.equal(call?.headers.authorization, 'Bearer sk-not-for-logs')
  })

  it('chats, with the sampling that the client asks for, never beyond the limit of tokens', async () => {
    const messages = JSON.stringify([
      { role: 'system', content: 'be brief' },
      { role: 'user', content: 'hello there' },
    ])
    const inputs = {
      messages: text(messages),
      temperature: number('float32', 0.5),
      max_tokens: number('int64', 1_000),
      seed: number('int64', 7),
      stop: TensorSet.fromTyped('string', ['###'], [1]),
    }
    const { outputs } = await backend.run({ model: 'tiny', inputs })
    assert.equal(textOf(outputs.text), 'there hello brief be ')
    const call = server.calls.at(-1)
    assert.deepEqual(
      [call?.path, call?.temperature, call?.max_tokens, call?.seed, call?.stop],
      ['/v1/chat/completions', 0.5, 16, 7, ['###']],
    )
  })

  it('ends at max_tokens and says so', async () => {
    const inputs = { prompt: text('a b c d'), max_tokens: number('int64', 2) }
    const { outputs, usage } = await backend.run({
      model: 'tiny',
      inputs,
      outputs: ['text', 'finish_reason'],
    })
    assert.deepEqual([textOf(outputs.text), textOf(outputs.finish_reason)], ['d c ', 'length'])
    assert.equal(usage?.completionTokens, 2)
  })

  it('gives pieces as they come, and then the whole', async () => {
    const events: BackendEvent[] = []
    for await (const event of backend.stream(ask())) events.push(event)
    assert.deepEqual(
      events.map((event) => (event.type === 'text' ? event.text : event.type)),
      ['three ', 'two ', 'one ', 'done'],
    )
  })

  it('closes the connection when its reader stops', async () => {
    const closed = Promise.withResolvers<void>()
    server.options = {
      answer(response) {
        startEvents(response)
        sendEvent(response, { choices: [{ text: 'endless ' }] })
        response.on('close', () => closed.resolve())
      },
    }
    for await (const event of backend.stream(ask())) {
      assert.equal(event.type, 'text')
      break
    }
    await closed.promise
  })

  it('counts tokens where the server does not say, by its tokeniser if it has one', async () => {
    server.options = { usage: false, tokenizer: true }
    const fresh = openAiBackend({ url: server.url })
    const { usage } = await fresh.run(ask('four words are here'))
    assert.deepEqual(usage, { promptTokens: 4, completionTokens: 4, source: 'counted' })
    await fresh.close()
  })

  it('counts by length and by pieces where there is no tokeniser', async () => {
    server.options = { usage: false }
    const { usage } = await backend.run(ask('12345678 x'))
    assert.deepEqual(usage, { promptTokens: 3, completionTokens: 2, source: 'counted' })
  })

  it('takes the answer of a server that does not stream', async () => {
    server.options = {
      answer(response) {
        const choice = { text: 'all at once', finish_reason: 'stop' }
        const usage = { prompt_tokens: 1, completion_tokens: 3 }
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ choices: [choice], usage }))
      },
    }
    const { outputs, usage } = await backend.run(ask())
    assert.equal(textOf(outputs.text), 'all at once')
    assert.equal(usage?.completionTokens, 3)
  })

  it('keeps a letter whole that two chunks share', async () => {
    server.options = {
      answer(response) {
        startEvents(response)
        const bytes = Buffer.from(`data: ${JSON.stringify({ choices: [{ text: '字é😀' }] })}\r\n\r\n`)
        let at = 0
        const next = () => {
          if (at === bytes.length) return response.end('data: [DONE]\r\n\r\n')
          response.write(bytes.subarray(at, ++at), () => setImmediate(next))
        }
        next()
      },
    }
    assert.equal(textOf((await backend.run(ask())).outputs.text), '字é😀')
  })

  const faults: readonly [string, string, TextServer['options']['answer'], RegExp?][] = [
    [
      'dies in mid-stream',
      'BACKEND_DIED_MID_STREAM',
      (response) => {
        startEvents(response)
        sendEvent(response, { choices: [{ text: 'half a ' }] })
        setImmediate(() => response.destroy())
      },
    ],
    [
      'ends its stream without an end mark',
      'BACKEND_DIED_MID_STREAM',
      (response) => {
        startEvents(response)
        sendEvent(response, { choices: [{ text: 'half a ' }] })
        response.end()
      },
    ],
    ['hangs up instead of an answer', 'BACKEND_UNAVAILABLE', (response) => response.destroy()],
    ['says nothing', 'BACKEND_TIMED_OUT', () => undefined, /first token, 400 ms/],
    [
      'stops after a piece',
      'BACKEND_TIMED_OUT',
      (response) => {
        startEvents(response)
        sendEvent(response, { choices: [{ text: 'wait ' }] })
      },
      /next token, 200 ms/,
    ],
    [
      'talks without end',
      'BACKEND_ANSWER_TOO_LARGE',
      (response) => {
        startEvents(response)
        const more = () => {
          sendEvent(response, { choices: [{ text: 'x'.repeat(1_000) }] })
          if (!response.destroyed) setImmediate(more)
        }
        more()
      },
    ],
    [
      'sends one line without end',
      'BACKEND_ANSWER_TOO_LARGE',
      (response) => {
        startEvents(response)
        const more = () => {
          response.write('x'.repeat(65_536))
          if (!response.destroyed) setImmediate(more)
        }
        more()
      },
    ],
    [
      'sends what is not JSON',
      'BACKEND_ANSWER_INVALID',
      (response) => {
        startEvents(response)
        response.end('data: {"choices": [\n\ndata: [DONE]\n\n')
      },
      /not JSON/,
    ],
    [
      'sends other fields',
      'BACKEND_ANSWER_INVALID',
      (response) => {
        startEvents(response)
        sendEvent(response, { choices: [{ text: 42 }] })
        response.end()
      },
      /choices\.0\.text/,
    ],
    [
      'sends JSON of another kind',
      'BACKEND_ANSWER_INVALID',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}')
      },
    ],
    [
      'ends at once',
      'BACKEND_ANSWER_INVALID',
      (response) => {
        startEvents(response)
        response.end('data: [DONE]\n\n')
      },
    ],
    [
      'sends a web page',
      'BACKEND_ANSWER_INVALID',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
      },
    ],
    [
      'reports an error in its stream',
      'BACKEND_FAILED',
      (response) => {
        startEvents(response)
        sendEvent(response, { error: { message: 'out of memory' } })
        response.end()
      },
    ],
    ['fails', 'BACKEND_FAILED', (response) => void response.writeHead(500).end('boom')],
    ['is busy', 'BACKEND_UNAVAILABLE', (response) => void response.writeHead(503).end('loading')],
    ['refuses', 'BACKEND_REFUSED', (response) => void response.writeHead(400).end('too long a prompt')],
    [
      'points elsewhere',
      'BACKEND_REDIRECTED',
      (response) => void response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
    ],
  ]

  for (const [name, code, answer, message = /./] of faults) {
    it(`ends with ${code} when the server ${name}, and works on`, async () => {
      server.options = { answer: answer as NonNullable<typeof answer> }
      await assert.rejects(backend.run(ask()), (error: BaseError) => {
        assert.equal(error.code, code)
        assert.match(error.message, message)
        assert.ok(!error.message.includes(server.url), 'a client would see where the engine stands')
        return true
      })
      server.options = {}
      assert.equal(textOf((await backend.run(ask('on')).then(({ outputs }) => outputs)).text), 'on ')
    })
  }

  it('ends at the time limit of the whole, however steadily the server talks', async () => {
    server.options = {
      answer(response) {
        startEvents(response)
        const timer = setInterval(() => sendEvent(response, { choices: [{ text: '.' }] }), 20)
        response.on('close', () => clearInterval(timer))
      },
    }
    await assert.rejects(backend.run({ ...ask(), timeoutMs: 300 }), {
      code: 'BACKEND_TIMED_OUT',
      phase: 'whole answer',
    })
  })

  it('shows the key to nobody, whatever the server says', async () => {
    server.options = {
      answer: (response) => void response.writeHead(401).end('wrong key: sk-not-for-logs, try another'),
    }
    await assert.rejects(backend.run(ask()), (error: BaseError) => {
      assert.equal(error.code, 'BACKEND_UNAUTHORIZED')
      assert.match(error.details ?? '', /wrong key: \[key\], try/)
      assert.ok(!JSON.stringify([error, error.message, error.stack]).includes('sk-not-for-logs'))
      return true
    })
  })

  it('knows nobody at a closed port', async () => {
    const socket = createServer()
    await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve))
    const { port } = socket.address() as { port: number }
    await new Promise((resolve) => socket.close(resolve))
    const lost = openAiBackend({ url: `http://127.0.0.1:${port}` })
    await assert.rejects(lost.run(ask()), { code: 'BACKEND_UNAVAILABLE', retryable: true })
    const health = await lost.health()
    assert.equal(health.state === 'unready' && health.code, 'BACKEND_UNAVAILABLE')
    await lost.close()
  })

  const wrong: readonly [string, TensorSet.TensorSet][] = [
    ['no text at all', {}],
    ['both kinds of text', { prompt: text('a'), messages: text('[]') }],
    ['two prompts', { prompt: TensorSet.fromTyped('string', ['a', 'b'], [2]) }],
    ['a prompt of numbers', { prompt: number('int64', 1) }],
    ['messages that are not JSON', { messages: text('hello') }],
    ['a role that does not exist', { messages: text('[{"role":"root","content":"x"}]') }],
    [
      'a picture by its address',
      {
        messages: text(
          '[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://10.0.0.1/"}}]}]',
        ),
      },
    ],
    ['no tokens', { prompt: text('a'), max_tokens: number('int64', 0) }],
    ['an unknown tensor', { prompt: text('a'), n: number('int64', 4) }],
  ]
  for (const [name, inputs] of wrong) {
    it(`refuses ${name} before it asks the server`, async () => {
      const before = server.calls.length
      await assert.rejects(backend.run({ model: 'tiny', inputs }), { code: 'INPUT_INVALID' })
      assert.equal(server.calls.length, before)
    })
  }
})
