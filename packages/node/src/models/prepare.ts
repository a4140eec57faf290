import { readFile } from 'node:fs/promises'
import { audioTensor, type ModelManifest, TensorSet } from '@dim/sdk'
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

/** Turns a file into all tensors of a model, by the preprocessing that its manifest declares; defaults are filled in. */
export async function prepareInputs(manifest: Manifest, source: InputSource): Promise<TensorSet.TensorSet> {
  const bytes = typeof source === 'string' ? await readInput(source) : source
  return checkInputs(manifest, await decode(manifest, bytes))
}

async function decode(manifest: Manifest, bytes: Uint8Array): Promise<TensorSet.TensorSet> {
  const kind = kindOf(bytes)
  switch (kind) {
    case 'picture': {
      const spec = stepOf(manifest, 'image', kind)
      return { [spec.input]: await decodePicture(bytes, spec) }
    }
    case 'wav': {
      const spec = stepOf(manifest, 'audio', kind)
      return { [spec.input]: audioTensor(fitSound(decodeWav(bytes), spec), spec) }
    }
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
