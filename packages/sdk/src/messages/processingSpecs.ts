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

/** Path of a file of the manifest. */
const filePath = z.string().min(1).max(512)

/** Text → token ids [texts, tokens]; several texts of different lengths are padded to the longest. */
export const textSpec = z.strictObject({
  kind: z.literal('text'),
  input: tensorName,
  /** A `tokenizer.json`. */
  tokenizer: filePath,
  /** Its `tokenizer_config.json`: special tokens and the side of the padding. */
  config: filePath.optional(),
  /** Takes 1 for each token and 0 for padding. */
  attentionMask: tensorName.optional(),
  /** Takes the segment of each token. */
  tokenTypes: tensorName.optional(),
  /** A longer text is refused, special tokens included. */
  maxTokens: z.int().min(1).max(1_048_576),
  /** Pads every text to `maxTokens`. */
  padToMax: z.boolean().optional(),
  /** Whether the tokenizer adds its special tokens, such as [CLS]; it does when left out. */
  addSpecialTokens: z.boolean().optional(),
})

/**
 * Sound → logarithm of the energy in bands of the mel scale. Periodic Hann window of `fftSize` samples, frames centred at
 * multiples of `hopSamples` with the edges mirrored; the first `frames` of them are taken.
 */
export const logMelSpec = z
  .strictObject({
    kind: z.literal('log-mel'),
    input: tensorName,
    sampleRate: z.int().min(1).max(1_000_000),
    /** Shorter sound is padded with zeros at its end. */
    windowSamples: z.int().min(1).max(4_000_000),
    fftSize: z.int().min(2).max(8192).multipleOf(2),
    hopSamples: z.int().min(1).max(65_536),
    frames: z.int().min(1).max(20_000),
    melBins: z.int().min(1).max(512),
    minHz: z.number().min(0),
    maxHz: z.number().min(0),
    melScale: z.enum(['htk', 'slaney']),
    /** `slaney` gives every band the same area. */
    norm: z.enum(['none', 'slaney']),
    power: z.union([z.literal(1), z.literal(2)]),
    /** `whisper`: log10, at most 8 below the loudest value, then (x + 4) / 4. */
    log: z.enum(['ln', 'log10', 'whisper']),
    /** Smallest value of which the logarithm is taken. */
    floor: z.number().gt(0),
    /** Order of the last two dimensions. */
    layout: z.enum(['bins-frames', 'frames-bins']),
  })
  .refine(({ minHz, maxHz, sampleRate }) => minHz < maxHz && maxHz <= sampleRate / 2, {
    path: ['maxHz'],
    message: 'above minHz, and at most half of the sample rate',
  })
  .refine(({ frames, windowSamples, hopSamples }) => frames <= 1 + Math.floor(windowSamples / hopSamples), {
    path: ['frames'],
    message: 'no more frames than the window has',
  })
  .refine(({ fftSize, windowSamples }) => fftSize / 2 < windowSamples, {
    path: ['fftSize'],
    message: 'shorter than two windows, so that the edges can be mirrored',
  })

/** What turns a user's input into tensors. */
export const preprocessing = z.discriminatedUnion('kind', [
  imageSpec,
  audioSpec,
  logMelSpec,
  textSpec,
  textJsonSpec,
])

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

/** Token ids [1, tokens], or scores [1, tokens, vocabulary] of which the best is taken, → text. */
export const tokensSpec = z.strictObject({
  kind: z.literal('tokens'),
  output: tensorName,
  /** A `tokenizer.json`. */
  tokenizer: filePath,
  /** Its `tokenizer_config.json`. */
  config: filePath.optional(),
  /** Special tokens, such as the end of the text, are left out of it unless this is true. */
  keepSpecialTokens: z.boolean().optional(),
})

/** What turns output tensors into an answer for people. */
export const postprocessing = z.discriminatedUnion('kind', [
  ctcSpec,
  topKSpec,
  numberSpec,
  tokensSpec,
  rawSpec,
])

export type ImageSpec = z.output<typeof imageSpec>
export type AudioSpec = z.output<typeof audioSpec>
export type LogMelSpec = z.output<typeof logMelSpec>
export type TextSpec = z.output<typeof textSpec>
export type CtcSpec = z.output<typeof ctcSpec>
export type TopKSpec = z.output<typeof topKSpec>
export type NumberSpec = z.output<typeof numberSpec>
export type TokensSpec = z.output<typeof tokensSpec>
export type Preprocessing = z.output<typeof preprocessing>
export type Postprocessing = z.output<typeof postprocessing>
