import { readFile } from 'node:fs/promises'
import { audioTensor, type ModelManifest, TensorSet, type TextSpec } from '@dim/sdk'
import { logMel } from '../processing/logMel.ts'
import type { ReadFile } from '../processing/readTokenizer.ts'
import { tokeniseTexts } from '../processing/tokeniseTexts.ts'
import { checkInputs } from './checkInputs.ts'
import { decodeJsonTensors, onlyInput } from './decodeJsonTensors.ts'
import { decodeNpy } from './decodeNpy.ts'
import { decodePicture } from './decodePicture.ts'
import { decodeWav } from './decodeWav.ts'
import { InputFileInvalidError } from './errors.ts'
import { fitSound } from './fitSound.ts'

/** A file (PNG, JPEG, WebP, WAV, JSON, .npy or text) by its path, or its bytes. */
export type InputSource = string | Uint8Array

type Manifest = ModelManifest.ModelManifest
type Kind = 'picture' | 'wav' | 'npy' | 'json' | 'text'

/**
 * Turns a file into all tensors of a model, by the preprocessing that its manifest declares; defaults are filled in.
 *
 * @param readFile Gives the bytes of a file of the manifest by its path; asked for tokenizers only.
 */
export async function prepareInputs(
  manifest: Manifest,
  source: InputSource,
  readFile: ReadFile = nothing,
): Promise<TensorSet.TensorSet> {
  const bytes = typeof source === 'string' ? await readInput(source) : source
  return checkInputs(manifest, await decode(manifest, bytes, readFile))
}

const nothing: ReadFile = async () => new Uint8Array()

async function decode(
  manifest: Manifest,
  bytes: Uint8Array,
  readFile: ReadFile,
): Promise<TensorSet.TensorSet> {
  const kind = kindOf(bytes)
  const texts = textsOf(manifest, kind, bytes)
  if (texts !== undefined) return tokeniseTexts(texts.items, texts.spec, { ports: manifest.inputs, readFile })
  switch (kind) {
    case 'picture': {
      const spec = stepOf(manifest, 'image', kind)
      return { [spec.input]: await decodePicture(bytes, spec) }
    }
    case 'wav':
      return decodeSound(manifest, bytes)
    case 'npy': {
      const port = onlyInput(manifest.inputs)
      return { [port.name]: decodeNpy(bytes, port) }
    }
    case 'json':
      return decodeJsonTensors(bytes, manifest.inputs)
    case 'text':
      return decodeText(manifest, bytes)
  }
}

function decodeSound(manifest: Manifest, bytes: Uint8Array): TensorSet.TensorSet {
  const features = manifest.preprocessing.find((step) => step.kind === 'log-mel')
  if (features !== undefined)
    return { [features.input]: logMel(fitSound(decodeWav(bytes), features).samples, features) }
  const spec = stepOf(manifest, 'audio', 'wav')
  return { [spec.input]: audioTensor(fitSound(decodeWav(bytes), spec), spec) }
}

type Texts = { spec: TextSpec; items: readonly string[] }

/** What a tokenizer is to read: one text, or a JSON list of texts. Undefined for what is tensors, or for another model. */
function textsOf({ preprocessing }: Manifest, kind: Kind, bytes: Uint8Array): Texts | undefined {
  const spec = preprocessing.find((step) => step.kind === 'text')
  if (spec === undefined || (kind !== 'text' && kind !== 'json')) return undefined
  const text = decodeUtf8(bytes)
  const json = kind === 'json' ? tryJson(text) : undefined
  if (json === undefined) return { spec, items: [text] }
  const isTexts = Array.isArray(json) && json.length > 0 && json.every((item) => typeof item === 'string')
  return isTexts ? { spec, items: json } : undefined
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InputFileInvalidError('text', 'it is not UTF-8', cause)
  }
}

/** A text may begin with a bracket and be no JSON. */
function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readInput(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new InputFileInvalidError('input', `"${path}" cannot be opened`, cause)
  }
}

/** By the first bytes, because names of files lie. */
function kindOf(bytes: Uint8Array): Kind {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  if (/^(\x89PNG|\xff\xd8\xff|GIF8)/.test(head) || /^RIFF....WEBP/s.test(head)) return 'picture'
  if (/^RIFF....WAVE/s.test(head)) return 'wav'
  if (head.startsWith('\x93NUMPY')) return 'npy'
  return /^\s*[[{]/.test(head) ? 'json' : 'text'
}

function stepOf<K extends Manifest['preprocessing'][number]['kind']>(
  manifest: Manifest,
  kind: K,
  found: Kind,
) {
  const step = manifest.preprocessing.find((candidate) => candidate.kind === kind)
  if (step === undefined) {
    const takes =
      manifest.preprocessing.map((candidate) => candidate.kind).join(', ') || 'tensors as JSON or .npy'
    throw new InputFileInvalidError(found, `the model takes ${takes}`)
  }
  return step as Extract<Manifest['preprocessing'][number], { kind: K }>
}

function decodeText(manifest: Manifest, bytes: Uint8Array): TensorSet.TensorSet {
  const port = onlyInput(manifest.inputs)
  if (port.dtype !== 'string') {
    throw new InputFileInvalidError(
      'text',
      `"${port.name}" is ${port.dtype}; send a picture, a sound, JSON or .npy`,
    )
  }
  const text = new TextDecoder().decode(bytes)
  return {
    [port.name]: TensorSet.fromTyped(
      'string',
      [text],
      port.dims.map(() => 1),
    ),
  }
}
