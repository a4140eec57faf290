import * as z from 'zod'

const tensorName = z.string().min(1).max(512)
const dimension = z.int().min(1).max(65_536)
/** One number for all channels, or one per channel. */
const perChannel = z.union([z.number(), z.array(z.number()).min(1).max(4)])

/** Picture → tensor: value = (pixel·scale − mean) / std, per channel; `invert` turns 0…255 into 255…0 first. */
export const imageSpec = z.strictObject({
  kind: z.literal('image'),
  input: tensorName,
  channels: z.enum(['rgb', 'bgr', 'gray']),
  layout: z.enum(['nchw', 'nhwc']),
  height: dimension,
  width: z.union([
    dimension,
    /** The width that keeps the picture's ratio at `height`, a multiple of `step`, within the bounds. */
    z.strictObject({
      mode: z.literal('keep-ratio'),
      min: dimension,
      max: dimension,
      step: dimension.optional(),
    }),
  ]),
  scale: z.number(),
  mean: perChannel,
  std: perChannel,
  invert: z.boolean().optional(),
})

/** Sound → tensor: mono samples from −1 to 1 at `sampleRate`, `windowSamples` of them, shorter input padded with zeros. */
export const audioSpec = z.strictObject({
  kind: z.literal('audio'),
  input: tensorName,
  sampleRate: z.int().min(1).max(1_000_000),
  windowSamples: z.int().min(1).max(100_000_000),
})

/** JSON numbers → tensors, names to nested arrays. */
export const textJsonSpec = z.strictObject({ kind: z.literal('text-json') })

/** What turns a user's input into tensors. */
export const preprocessing = z.discriminatedUnion('kind', [imageSpec, audioSpec, textJsonSpec])

/** Greedy CTC: best class per step, repeats merged, `blank` dropped; class i is line i of `labels` (counted without the blank). */
export const ctcSpec = z.strictObject({
  kind: z.literal('ctc'),
  output: tensorName,
  labels: z.string().min(1).max(512),
  blank: z.int().min(0),
  /** Whether a space follows the last label. */
  spaceLast: z.boolean().optional(),
  /** Whether the output holds logits that need a softmax before they are probabilities. */
  softmax: z.boolean().optional(),
})

/** The best `k` classes with their labels, one label a line. */
export const topKSpec = z.strictObject({
  kind: z.literal('top-k'),
  output: tensorName,
  labels: z.string().min(1).max(512),
  k: z.int().min(1).max(10_000),
  activation: z.enum(['none', 'softmax', 'sigmoid']),
})

/** The first element of an output, as a number. */
export const numberSpec = z.strictObject({
  kind: z.literal('number'),
  output: tensorName,
  meaning: z.string().max(1024).optional(),
})

/** The output as it is. */
export const rawSpec = z.strictObject({ kind: z.literal('raw'), output: tensorName })

/** What turns output tensors into an answer for people. */
export const postprocessing = z.discriminatedUnion('kind', [ctcSpec, topKSpec, numberSpec, rawSpec])

export type ImageSpec = z.output<typeof imageSpec>
export type AudioSpec = z.output<typeof audioSpec>
export type CtcSpec = z.output<typeof ctcSpec>
export type TopKSpec = z.output<typeof topKSpec>
export type NumberSpec = z.output<typeof numberSpec>
export type Preprocessing = z.output<typeof preprocessing>
export type Postprocessing = z.output<typeof postprocessing>
