import { z } from 'zod'

const tokens = z
  .int()
  .min(0)
  .max(2 ** 40)

const usage = z.object({ prompt_tokens: tokens, completion_tokens: tokens.default(0) })

const choice = z.object({
  text: z.string().nullish(),
  delta: z.object({ content: z.string().nullish() }).nullish(),
  message: z.object({ content: z.string().nullish() }).nullish(),
  finish_reason: z.string().max(64).nullish(),
})

/** A piece of a streamed completion, or a whole one of a server that does not stream. */
export const chunkSchema = z.object({
  choices: z.array(choice).max(16).default([]),
  usage: usage.nullish(),
  error: z.union([z.string(), z.object({ message: z.string().optional() })]).nullish(),
})

export type Chunk = z.output<typeof chunkSchema>

export const modelsSchema = z.object({
  data: z.array(z.object({ id: z.string().max(512), owned_by: z.string().max(128).nullish() })).max(4096),
})
