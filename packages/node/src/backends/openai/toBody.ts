import { TensorSet } from '@dim/sdk'
import { z } from 'zod'
import { InputInvalidError } from '../../models/errors.ts'
import type { BackendRequest } from '../backend.ts'

/** Names of the tensors that a text model may take. */
export const textInputs = {
  prompt: 'string',
  messages: 'string',
  max_tokens: 'int64',
  temperature: 'float32',
  top_p: 'float32',
  seed: 'int64',
  stop: 'string',
} as const satisfies Record<string, TensorSet.DType>

type InputName = keyof typeof textInputs

// A picture by its address would make the engine fetch what a stranger names.
const content = z.union([
  z.string(),
  z.array(z.strictObject({ type: z.literal('text'), text: z.string() })).max(256),
])

const messagesSchema = z
  .array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content }))
  .min(1)
  .max(1024)

export type CompletionBody = {
  path: 'v1/completions' | 'v1/chat/completions'
  body: Readonly<Record<string, unknown>>
  /** What the model reads, for counting where the server does not. */
  promptText: string
  /** Shape of the input and of the answer: one text. */
  dims: readonly number[]
}

/** The request of a text model: tensors to the JSON of the protocol. Temperature is 0 unless the client says otherwise. */
export function toBody({ model, inputs }: BackendRequest, maxTokens: number): CompletionBody {
  const strange = Object.keys(inputs).find((name) => !Object.hasOwn(textInputs, name))
  if (strange !== undefined) throw invalid(strange, `one of ${Object.keys(textInputs).join(', ')}`)
  const prompt = inputs.prompt
  const messages = inputs.messages
  if ((prompt === undefined) === (messages === undefined)) {
    throw invalid('prompt', 'either prompt or messages', 'both or neither')
  }
  const body = {
    model,
    ...sampling(inputs, maxTokens),
    stream: true,
    stream_options: { include_usage: true },
  }
  if (prompt !== undefined) {
    const promptText = textOf('prompt', prompt)
    return { path: 'v1/completions', body: { ...body, prompt: promptText }, promptText, dims: prompt.dims }
  }
  const given = messages as TensorSet.Tensor
  const parsed = parseMessages(textOf('messages', given))
  const promptText = parsed.map((message) => plain(message.content)).join('\n')
  return { path: 'v1/chat/completions', body: { ...body, messages: parsed }, promptText, dims: given.dims }
}

function sampling(inputs: TensorSet.TensorSet, maxTokens: number) {
  const wanted = numberOf('max_tokens', inputs) ?? maxTokens
  if (wanted < 1) throw invalid('max_tokens', 'at least 1', String(wanted))
  const topP = numberOf('top_p', inputs)
  const stop = inputs.stop
  return {
    max_tokens: Math.min(wanted, maxTokens),
    temperature: numberOf('temperature', inputs) ?? 0,
    seed: numberOf('seed', inputs) ?? 0,
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(stop === undefined ? {} : { stop: stringsOf('stop', stop).slice(0, 4) }),
  }
}

/** Whether the same request gives the same answer, as far as its sampling goes. */
export const isGreedy = (inputs: TensorSet.TensorSet): boolean => (numberOf('temperature', inputs) ?? 0) === 0

function numberOf(name: InputName, inputs: TensorSet.TensorSet): number | undefined {
  const tensor = inputs[name]
  if (tensor === undefined) return undefined
  const dtype = textInputs[name]
  if (tensor.dtype !== dtype) throw invalid(name, dtype, tensor.dtype)
  const [value, second] = Array.from(TensorSet.toNumbers(tensor))
  if (value === undefined || second !== undefined || !Number.isFinite(value))
    throw invalid(name, 'one number')
  return value
}

function stringsOf(name: InputName, tensor: TensorSet.Tensor): readonly string[] {
  if (tensor.dtype !== 'string') throw invalid(name, 'string', tensor.dtype)
  return TensorSet.toTyped({ ...tensor, dtype: 'string' })
}

function textOf(name: InputName, tensor: TensorSet.Tensor): string {
  const [text, second] = stringsOf(name, tensor)
  if (text === undefined || second !== undefined) throw invalid(name, 'one text')
  return text
}

function parseMessages(text: string): z.output<typeof messagesSchema> {
  const rule = '[{"role": "system" | "user" | "assistant", "content": text}, …] as JSON'
  try {
    const parsed = messagesSchema.safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw invalid('messages', rule, 'something else')
}

const plain = (value: z.output<typeof content>): string =>
  typeof value === 'string' ? value : value.map((part) => part.text).join('\n')

const invalid = (path: string, expected: string, found = 'not that') =>
  new InputInvalidError({ path, expected, found })
