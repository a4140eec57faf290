import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { BaseError, ModelManifest } from '@dim/sdk'
import { parse } from 'yaml'
import { z } from 'zod'
import type { PublishOptions } from '../../models/publish.ts'

const { preprocessing, postprocessing, tolerance, maxima } = ModelManifest.schema.shape

const schema = z.strictObject({
  name: z.string().optional(),
  version: z.string().optional(),
  description: z.string().optional(),
  task: z.string().optional(),
  licence: z.string().optional(),
  files: z
    .array(z.strictObject({ path: z.string(), role: z.enum(['tokenizer', 'labels', 'other']) }))
    .optional(),
  ports: z
    .record(z.string(), ModelManifest.portSchema.omit({ name: true, dtype: true }).partial())
    .optional(),
  preprocessing: preprocessing.optional(),
  postprocessing: postprocessing.optional(),
  tolerance: tolerance.optional(),
  maxima: maxima.partial().optional(),
})

/** What a model file does not say about itself: the part of `PublishOptions` that comes from a card file. */
export type Card = Omit<Partial<PublishOptions>, 'publisher' | 'salt' | 'goldenInputs'>

/** The card breaks a rule. */
export class CardInvalidError extends BaseError {
  override readonly code = 'MODEL_CARD_INVALID'

  constructor(path: string, details: string, cause: unknown) {
    super(`The card ${path} cannot be used: ${details}`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Correct that field; the card takes what a manifest takes.',
    })
  }
}

/** Reads a card in YAML or JSON; files are named relative to it. */
export async function readCard(path: string): Promise<Card> {
  const text = await readFile(path, 'utf8')
  const parsed = schema.safeParse(parseText(path, text))
  if (!parsed.success) throw new CardInvalidError(path, z.prettifyError(parsed.error), parsed.error)
  const { files, ...rest } = parsed.data
  const sources = files?.map((file) => ({ ...file, source: resolve(dirname(path), file.path) }))
  return { ...rest, ...(sources === undefined ? {} : { files: sources }) } as Card
}

function parseText(path: string, text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw new CardInvalidError(path, 'it is neither YAML nor JSON.', error)
  }
}
