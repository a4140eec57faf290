import { z } from 'zod'

const tokenId = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)

export const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('encode'),
    tokenizer: z.string(),
    config: z.string().optional(),
    texts: z.array(z.string()).readonly(),
    addSpecialTokens: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('decode'),
    tokenizer: z.string(),
    config: z.string().optional(),
    ids: z.array(tokenId),
    skipSpecialTokens: z.boolean(),
  }),
])

/** What the tokenizer's process is asked; files as text. */
export type TokenizerRequest = z.output<typeof requestSchema>

const encodedSchema = z.strictObject({
  kind: z.literal('encoded'),
  texts: z.array(z.strictObject({ ids: z.array(tokenId), types: z.array(tokenId) })),
  padId: tokenId,
  padSide: z.enum(['left', 'right']),
})
const decodedSchema = z.strictObject({ kind: z.literal('decoded'), text: z.string() })

/** What it answers. A reason is for people, and about the tokenizer's files. */
export const replySchema = z.discriminatedUnion('kind', [
  encodedSchema,
  decodedSchema,
  z.strictObject({ kind: z.literal('invalid'), reason: z.string().max(2048) }),
])

export type TokenizerReply = z.output<typeof replySchema>
export type EncodedTexts = z.output<typeof encodedSchema>
