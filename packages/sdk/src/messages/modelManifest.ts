import { type Hex, sha256 } from 'viem'
import * as z from 'zod'
import { refToCid } from '../crypto/cid.ts'
import { InvalidMessageError } from '../errors/invalidMessage.ts'
import { parseJsonBytes, parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, cid as cidText, hex32 } from './fields.ts'
import { postprocessing, preprocessing } from './processingSpecs.ts'
import { compareBytes } from './tensors/compareBytes.ts'
import { type DType, dtypes } from './tensors/dtypes.ts'

/** A manifest is one raw block of at most this many bytes. */
export const maxBytes = 256 * 1024

/** A path inside the model's folder: relative, with slashes, without `..`. */
const path = z.string().max(512).refine(isRelativePath, 'a relative path without ".."')

const byteCount = z.int().min(0)

/** One file of a model and how to fetch and to check it. */
export const fileSchema = z.strictObject({
  path,
  cid: cidText,
  bytes: byteCount,
  sha256: hex32,
  role: z.enum(['model', 'external-data', 'tokenizer', 'labels', 'golden', 'other']),
})

/** One input or output: dimensions are numbers, or names of dimensions that vary. */
export const portSchema = z.strictObject({
  name: z.string().min(1).max(512),
  dtype: z.enum(dtypes as readonly [DType, ...DType[]]),
  dims: z.array(z.union([z.int().min(0), z.string().min(1).max(256)])).max(32),
  meaning: z.string().max(1024).optional(),
  /** A number that fills the tensor when the client leaves it out. */
  default: z.number().optional(),
  /** Sizes of named dimensions for the default. */
  defaultDims: z.record(z.string(), z.int().min(0)).optional(),
})

/** How two outputs are compared; `k` is for `topk`. */
export const toleranceSchema = z.strictObject({
  mode: z.enum(['allclose', 'argmax', 'topk', 'exact']),
  absolute: z.number().min(0),
  relative: z.number().min(0),
  k: z.int().min(1).optional(),
})

/** A model version: all that a client, a provider and a validator need to know about it. */
export const schema = z
  .strictObject({
    dim: z.literal('model/1'),
    name: z.string().min(1).max(128),
    version: z.string().min(1).max(64),
    publisher: address,
    salt: hex32,
    description: z.string().max(65_536),
    task: z.string().min(1).max(128),
    licence: z.string().min(1).max(128),
    format: z.enum(['onnx', 'coreml', 'mlx', 'pytorch', 'gguf']),
    precision: z.string().min(1).max(32),
    files: z.array(fileSchema).min(1).max(4096),
    entry: path,
    opset: z.int().min(1),
    operators: z.array(z.string().min(1).max(256)).max(4096),
    inputs: z.array(portSchema).min(1).max(1024),
    outputs: z.array(portSchema).min(1).max(1024),
    preprocessing: z.array(preprocessing).max(64),
    postprocessing: z.array(postprocessing).max(64),
    tolerance: toleranceSchema,
    golden: z.array(z.strictObject({ inputs: cidText, outputs: cidText })).max(64),
    unit: z.enum(['run', '1k-tokens', 'audio-second', 'megapixel']),
    maxima: z.strictObject({ inputBytes: byteCount, outputBytes: byteCount, runMs: z.int().min(1) }),
  })
  .check((context) => {
    for (const { path, message } of inconsistencies(context.value)) {
      context.issues.push({ code: 'custom', path, message, input: context.value })
    }
  })

/** A model version: all that a client, a provider and a validator need to know about it. */
export type ModelManifest = Readonly<z.output<typeof schema>>
/** One file of a model. */
export type File = z.output<typeof fileSchema>
/** One input or output of a model. */
export type Port = z.output<typeof portSchema>

type Fields = Pick<ModelManifest, 'files' | 'entry' | 'inputs' | 'outputs'>

function inconsistencies({ files, entry, inputs, outputs }: Fields): { path: string[]; message: string }[] {
  const found: { path: string[]; message: string }[] = []
  const isRepeated = (names: string[]) => new Set(names).size !== names.length
  if (isRepeated(files.map((file) => file.path)))
    found.push({ path: ['files'], message: 'a path is there twice' })
  if (isRepeated(inputs.map((port) => port.name)))
    found.push({ path: ['inputs'], message: 'a name is there twice' })
  if (isRepeated(outputs.map((port) => port.name)))
    found.push({ path: ['outputs'], message: 'a name is there twice' })
  if (!files.some((file) => file.path === entry && file.role === 'model')) {
    found.push({ path: ['entry'], message: 'the path of a file with role "model"' })
  }
  return found
}

/**
 * Reads a manifest from a parsed JSON value.
 *
 * @throws `MODEL_MANIFEST_INVALID` naming path and rule.
 * @example const manifest = ModelManifest.parse(JSON.parse(text))
 */
export const parse = (input: unknown): ModelManifest => parseMessage('ModelManifest', schema, input)

/**
 * Writes a manifest as a JSON value: the inverse of `parse`.
 *
 * @throws `MODEL_MANIFEST_INVALID` for a value out of the schema.
 * @example await writeFile('manifest.json', JSON.stringify(ModelManifest.toJson(manifest)))
 */
export const toJson = (manifest: ModelManifest): z.input<typeof schema> =>
  writeJson('ModelManifest', schema, manifest)

/**
 * Canonical JSON (RFC 8785) of a manifest: the block whose SHA-256 is the model's key.
 *
 * @returns UTF-8 bytes, at most 256 KiB.
 * @throws `MODEL_MANIFEST_INVALID` when a field is wrong or the whole is too large.
 * @example await store.putBlock(ModelManifest.cid(manifest), ModelManifest.canonical(manifest))
 */
export function canonical(manifest: ModelManifest): Uint8Array {
  const bytes = toCanonicalBytes('ModelManifest', schema, manifest)
  if (bytes.length > maxBytes) throw tooLarge(bytes.length)
  return bytes
}

/**
 * Reads the block that a model key addresses; strict, so that `canonical` of the answer is exactly `bytes`.
 *
 * @param bytes The raw block.
 * @param modelKey If given, the SHA-256 that the bytes must have.
 * @throws `MODEL_MANIFEST_INVALID` for other bytes than the key's, anything that is not canonical JSON, or a wrong field.
 * @example const manifest = ModelManifest.decode(await fetchBlock(endpoint, cid), modelKey)
 */
export function decode(bytes: Uint8Array, modelKey?: Hex): ModelManifest {
  if (modelKey !== undefined && sha256(bytes) !== modelKey) {
    throw new InvalidMessageError('ModelManifest', { path: '', rule: `bytes with the SHA-256 ${modelKey}` })
  }
  const manifest = parseJsonBytes('ModelManifest', schema, { bytes, maxBytes })
  if (compareBytes(canonical(manifest), bytes) !== 0) {
    throw new InvalidMessageError('ModelManifest', { path: '', rule: 'canonical JSON (RFC 8785)' })
  }
  return manifest
}

/**
 * The model's key on chain: SHA-256 of the canonical bytes.
 *
 * @throws `MODEL_MANIFEST_INVALID` as `canonical`.
 * @example const modelKey = ModelManifest.key(manifest)
 */
export const key = (manifest: ModelManifest): Hex => sha256(canonical(manifest))

/**
 * The manifest's address: CIDv1 (raw, sha2-256, base32) of the canonical bytes.
 *
 * @throws `MODEL_MANIFEST_INVALID` as `canonical`.
 * @example const cid = ModelManifest.cid(manifest) // "bafkrei…"
 */
export const cid = (manifest: ModelManifest): string => refToCid(key(manifest))

function tooLarge(length: number): InvalidMessageError {
  return new InvalidMessageError('ModelManifest', {
    path: '',
    rule: `at most ${maxBytes} bytes, here ${length}`,
  })
}

function isRelativePath(text: string): boolean {
  const isName = (part: string) => part !== '' && part !== '.' && part !== '..' && !/[\\:\p{C}]/u.test(part)
  return text.split('/').every(isName)
}
