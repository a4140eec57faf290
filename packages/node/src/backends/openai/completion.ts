import type { BackendUsage } from '../backend.ts'
import {
  BackendAnswerInvalidError,
  BackendAnswerTooLargeError,
  BackendDiedMidStreamError,
  BackendFailedError,
} from '../errors.ts'
import type { HttpAnswer } from '../http/httpCall.ts'
import { parseJson } from '../http/parseJson.ts'
import { readBody } from '../http/readBody.ts'
import { type Chunk, chunkSchema } from './chunk.ts'
import { serverEvents } from './serverEvents.ts'

/** What was said in the end; `pieces` is how many parts of text came. */
export type Completion = {
  text: string
  finishReason: string
  pieces: number
  usage: Omit<BackendUsage, 'source'> | undefined
}

export type ReadCompletionOptions = { url: string; answer: HttpAnswer; maxBytes: number }

/** Reads a completion piece by piece; returns the whole. Without an end that the server declares it died under way. */
export async function* readCompletion({
  url,
  answer,
  maxBytes,
}: ReadCompletionOptions): AsyncGenerator<string, Completion> {
  const state = { text: '', finishReason: '', pieces: 0, usage: undefined as Completion['usage'] }
  let hasChoice = false
  for await (const chunk of chunksOf({ url, answer, maxBytes })) {
    if (chunk === 'end') {
      if (!hasChoice) throw new BackendAnswerInvalidError(url, 'it ends without having said anything')
      return { ...state, finishReason: state.finishReason || 'stop' }
    }
    hasChoice ||= chunk.choices.length > 0
    const piece = take(state, url, chunk)
    if (piece === '') continue
    if (Buffer.byteLength(state.text) > maxBytes) throw new BackendAnswerTooLargeError(url, maxBytes)
    yield piece
  }
  if (state.finishReason !== '') return state
  throw new BackendDiedMidStreamError(url, Buffer.byteLength(state.text), {
    details: 'the stream ended without its end mark',
  })
}

function take(state: Completion, url: string, chunk: Chunk): string {
  if (chunk.error) {
    const words = typeof chunk.error === 'string' ? chunk.error : (chunk.error.message ?? 'no reason given')
    throw new BackendFailedError(url, 'it reports an error in its answer', { details: words.slice(0, 500) })
  }
  if (chunk.usage) {
    state.usage = {
      promptTokens: chunk.usage.prompt_tokens,
      completionTokens: chunk.usage.completion_tokens,
    }
  }
  const [choice] = chunk.choices
  if (choice?.finish_reason) state.finishReason = choice.finish_reason
  const piece = choice?.text ?? choice?.delta?.content ?? choice?.message?.content ?? ''
  if (piece === '') return piece
  state.text += piece
  state.pieces += 1
  return piece
}

async function* chunksOf({ url, answer, maxBytes }: ReadCompletionOptions): AsyncGenerator<Chunk | 'end'> {
  const type = answer.headers['content-type'] ?? ''
  if (type.startsWith('application/json')) {
    const text = (await readBody(url, answer, maxBytes)).toString('utf8')
    yield parseJson(url, text, chunkSchema)
    yield 'end'
    return
  }
  if (!type.startsWith('text/event-stream')) {
    answer.drop()
    throw new BackendAnswerInvalidError(url, `it is ${type || 'of no type'}, not an event stream`)
  }
  try {
    for await (const data of serverEvents(answer.body, { url, maxBytes: maxBytes * ENVELOPE })) {
      yield data === '[DONE]' ? 'end' : parseJson(url, data, chunkSchema)
    }
  } finally {
    answer.drop()
  }
}

/** A token of a few bytes comes in an event of some hundred. */
const ENVELOPE = 100
