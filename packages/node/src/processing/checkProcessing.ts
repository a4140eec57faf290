import type { ModelManifest } from '@dim/sdk'
import { ProcessingInvalidError } from './errors.ts'
import { type ReadFile, readTokenizer } from './readTokenizer.ts'
import { runTokenizer } from './runTokenizer.ts'

type Manifest = ModelManifest.ModelManifest
type Step = Manifest['preprocessing'][number] | Manifest['postprocessing'][number]
type Port = ModelManifest.Port

/**
 * Checks what a manifest declares before and after a run: that its steps name inputs, outputs and files that are there, of types
 * that the steps make and take, and that its tokenizers can be used. Fails with PROCESSING_INVALID or TOKENIZER_INVALID.
 */
export async function checkProcessing(manifest: Manifest, readFile: ReadFile): Promise<void> {
  const steps: Step[] = [...manifest.preprocessing, ...manifest.postprocessing]
  for (const step of steps) {
    assertPorts(step, manifest)
    assertFiles(step, manifest)
  }
  for (const step of steps) {
    if (!('tokenizer' in step)) continue
    const files = await readTokenizer(step, readFile)
    await runTokenizer(step.tokenizer, { kind: 'encode', ...files, texts: [], addSpecialTokens: true })
  }
}

function assertPorts(step: Step, { inputs, outputs }: Manifest): void {
  if ('output' in step) findPort(step.kind, step.output, outputs)
  if (!('input' in step)) return
  const names = [step.input]
  if (step.kind === 'text')
    names.push(...[step.attentionMask, step.tokenTypes].filter((name) => name !== undefined))
  for (const name of names) assertMade(step, findPort(step.kind, name, inputs))
}

function findPort(kind: Step['kind'], name: string, ports: readonly Port[]): Port {
  const port = ports.find((candidate) => candidate.name === name)
  if (port !== undefined) return port
  throw new ProcessingInvalidError(
    kind,
    `names "${name}", the model has ${ports.map((one) => one.name).join(', ')}`,
  )
}

const made = {
  image: { dtypes: ['float32'], rank: 4 },
  audio: { dtypes: ['float32'], rank: 2 },
  'log-mel': { dtypes: ['float32'], rank: 3 },
  text: { dtypes: ['int64', 'int32'], rank: 2 },
} as const

function assertMade({ kind }: Step, { name, dtype, dims }: Port): void {
  const tensor = Object.hasOwn(made, kind) ? made[kind as keyof typeof made] : undefined
  if (tensor === undefined) return
  const fits = tensor.dtypes.some((one) => one === dtype) && dims.length === tensor.rank
  if (fits) return
  const wanted = `${tensor.dtypes.join(' or ')} with ${tensor.rank} dimensions`
  throw new ProcessingInvalidError(kind, `makes ${wanted}, "${name}" is ${dtype}[${dims.join(', ')}]`)
}

function assertFiles(step: Step, { files }: Manifest): void {
  const named = [
    'labels' in step ? step.labels : undefined,
    'tokenizer' in step ? step.tokenizer : undefined,
    'config' in step ? step.config : undefined,
  ]
  for (const path of named) {
    if (path !== undefined && !files.some((file) => file.path === path))
      throw new ProcessingInvalidError(step.kind, `names the file "${path}", which the model does not have`)
  }
}
