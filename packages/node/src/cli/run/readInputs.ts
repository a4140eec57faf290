import * as fs from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ModelManifest, TensorSet } from '@dim/sdk'
import { checkInputs } from '../../models/checkInputs.ts'
import { decodeJsonTensors } from '../../models/decodeJsonTensors.ts'
import { decodeNpy } from '../../models/decodeNpy.ts'
import { prepareInputs } from '../../models/prepare.ts'
import type { ReadFile } from '../../processing/readTokenizer.ts'
import { UsageError } from '../errors/usageError.ts'
import type { Io } from '../io.ts'

type Manifest = ModelManifest.ModelManifest

/** The model's tensors from a file, from standard input (-), from a text, or from NAME=FILE for each input. */
export async function readInputs(
  manifest: Manifest,
  given: readonly string[],
  { io, readFile }: { io: Io; readFile: ReadFile },
): Promise<TensorSet.TensorSet> {
  const named = given.map((text) => namedInput(manifest, text))
  if (named.length > 0 && named.every((pair) => pair !== undefined)) return readNamed(manifest, named, io)
  const [first, ...more] = given
  if (more.length > 0) {
    throw new UsageError('Several inputs need names.', {
      hint: `Write NAME=FILE; this model takes ${manifest.inputs.map(({ name }) => name).join(', ')}.`,
    })
  }
  if (first === undefined) return checkInputs(manifest, withoutInput(manifest))
  if (first === '-') return prepareInputs(manifest, await readStream(io.stdin), readFile)
  const path = resolve(io.cwd, first)
  const exists = await fs.access(path).then(
    () => true,
    () => false,
  )
  return prepareInputs(manifest, exists || !isText(manifest, first) ? path : Buffer.from(first), readFile)
}

type NamedInput = { name: string; file: string }

function namedInput({ inputs }: Manifest, text: string): NamedInput | undefined {
  const at = text.indexOf('=')
  const name = text.slice(0, Math.max(0, at))
  return inputs.some((port) => port.name === name) ? { name, file: text.slice(at + 1) } : undefined
}

async function readNamed(
  manifest: Manifest,
  named: readonly NamedInput[],
  io: Io,
): Promise<TensorSet.TensorSet> {
  const tensors: Record<string, TensorSet.Tensor> = {}
  for (const { name, file } of named) {
    const port = manifest.inputs.find((candidate) => candidate.name === name)
    if (port === undefined) continue
    const bytes = await fs.readFile(resolve(io.cwd, file))
    const decoded =
      bytes.subarray(1, 6).toString('latin1') === 'NUMPY'
        ? { [name]: decodeNpy(bytes, port) }
        : decodeJsonTensors(asObject(name, bytes), [port])
    Object.assign(tensors, decoded)
  }
  return checkInputs(manifest, tensors)
}

/** A file holds the array itself, or an object with its name. */
const asObject = (name: string, bytes: Buffer) =>
  /^\s*\{/.test(bytes.toString('utf8'))
    ? bytes
    : Buffer.from(`{${JSON.stringify(name)}:${bytes.toString('utf8')}}`)

function withoutInput({ inputs }: Manifest): TensorSet.TensorSet {
  const missing = inputs.filter((port) => port.default === undefined)
  if (missing.length > 0) {
    throw new UsageError('The model needs an input.', {
      hint: `Name a file; it takes ${missing.map(({ name, dtype, dims }) => `${name} ${dtype}[${dims.join(', ')}]`).join(', ')}.`,
    })
  }
  return {}
}

/** JSON in the shell, or words for a model that takes text. */
const isText = ({ inputs, preprocessing }: Manifest, text: string) =>
  /^\s*[[{]/.test(text) ||
  (inputs.length === 1 && inputs[0]?.dtype === 'string') ||
  preprocessing.some((step) => step.kind === 'text')

async function readStream(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}
