import { constants, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { ModelManifest, TensorSet } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import type { ContentStore } from '../content/contentStore.ts'
import { checkProcessing } from '../processing/checkProcessing.ts'
import type { RunResult, WorkerPool } from '../runtime/workerPool.ts'
import { addPublishedFile, type PublishFile } from './addPublishedFile.ts'
import { checkInputs } from './checkInputs.ts'
import { generateInputs } from './generateInputs.ts'
import { type ModelReport, type ModelTensor, validateModel } from './validate.ts'

type Manifest = ModelManifest.ModelManifest

export type PublishOptions = {
  name: string
  version: string
  publisher: `0x${string}`
  /** 32 bytes that make the model key of this publication its own. */
  salt: `0x${string}`
  description?: string
  task?: string
  licence?: string
  /** Labels, vocabularies and the like; weights in external data are found by themselves. */
  files?: readonly PublishFile[]
  /** What the file does not say about an input or output: meaning, default, better names of dimensions. */
  ports?: Readonly<Record<string, Partial<Omit<ModelManifest.Port, 'name' | 'dtype'>>>>
  preprocessing?: Manifest['preprocessing']
  postprocessing?: Manifest['postprocessing']
  tolerance?: Manifest['tolerance']
  maxima?: Partial<Manifest['maxima']>
  /** Inputs of the golden vectors; left out, two sets are generated from the declared shapes. */
  goldenInputs?: readonly TensorSet.TensorSet[]
}

export type PublishInput = {
  onnxPath: string
  options: PublishOptions
  content: ContentStore
  pool: WorkerPool
  signal?: AbortSignal
}

export type PublishedModel = {
  manifest: Manifest
  modelKey: `0x${string}`
  report: ModelReport
  /** Roots of everything that the manifest names, the manifest's own block first; all of them are pinned. */
  cids: readonly string[]
}

type Golden = { inputs: TensorSet.TensorSet; result: RunResult }

const mebibyte = 1024 * 1024
/** Not measured: the same publication on a slower machine has to give the same model key. */
const defaultRunMs = 60_000
/** Wide enough for every execution provider measured, far below what changes an answer. */
const defaultTolerance = { mode: 'allclose', absolute: 1e-3, relative: 1e-3 } as const

/** Puts a model's files, golden vectors and manifest into a content store; the golden outputs come from a worker. */
export async function buildManifest(input: PublishInput): Promise<PublishedModel> {
  const { onnxPath, options, content } = input
  const report = await validateModel(onnxPath)
  const published: PublishFile[] = [
    { path: basename(onnxPath), source: onnxPath, role: 'model' },
    ...report.externalData.map((path) => weightsFile(onnxPath, path)),
    ...(options.files ?? []),
  ]
  const files: ModelManifest.File[] = []
  for (const file of published) files.push(await addPublishedFile(content, file))
  const draft = describe({ options, report, files, entry: basename(onnxPath) })
  await checkProcessing(draft, (path) => readPublished(published, path))
  const goldens = await runGoldens(input, draft, published)
  const golden: Manifest['golden'] = []
  for (const { inputs, result } of goldens) {
    golden.push({
      inputs: await addTensors(content, inputs),
      outputs: await addTensors(content, result.outputs),
    })
  }
  const manifest = ModelManifest.parse({ ...draft, golden, maxima: maximaOf(goldens, options.maxima) })
  return store(content, manifest, report)
}

const weightsFile = (onnxPath: string, path: string): PublishFile => ({
  path,
  source: join(dirname(onnxPath), path),
  role: 'external-data',
})

async function readPublished(files: readonly PublishFile[], path: string): Promise<Uint8Array> {
  const source = files.find((file) => file.path === path)?.source ?? new Uint8Array()
  return typeof source === 'string' ? readFile(source) : source
}

type Draft = { options: PublishOptions; report: ModelReport; files: ModelManifest.File[]; entry: string }

function describe({ options, report, files, entry }: Draft): Manifest {
  const ports = (tensors: readonly ModelTensor[]) =>
    tensors.map(({ name, dtype, dims }) => ({ name, dtype, dims: [...dims], ...options.ports?.[name] }))
  return ModelManifest.parse({
    dim: 'model/1',
    name: options.name,
    version: options.version,
    publisher: options.publisher,
    salt: options.salt,
    description: options.description ?? '',
    task: options.task ?? 'other',
    licence: options.licence ?? 'unspecified',
    format: 'onnx',
    precision: report.precision,
    files,
    entry,
    opset: report.opset,
    operators: report.operators.map(({ domain, name }) => (domain === '' ? name : `${domain}.${name}`)),
    inputs: ports(report.inputs),
    outputs: ports(report.outputs),
    preprocessing: options.preprocessing ?? [],
    postprocessing: options.postprocessing ?? [],
    tolerance: options.tolerance ?? defaultTolerance,
    golden: [],
    unit: 'run',
    maxima: { ...maximaOf([], options.maxima) },
  })
}

/** Runs in a directory of its own, so that the model sees no file that is not part of it. */
async function runGoldens(
  input: PublishInput,
  draft: Manifest,
  files: readonly PublishFile[],
): Promise<Golden[]> {
  const { pool, options, signal } = input
  const dir = await mkdtemp(join(tmpdir(), 'dim-publish-'))
  try {
    for (const { path, source } of files) await stage(join(dir, path), source)
    const model = { key: `publish:${dir}`, dir, entry: draft.entry }
    const goldens: Golden[] = []
    for (const given of options.goldenInputs ?? generateInputs(draft.inputs)) {
      const inputs = checkInputs(draft, given)
      const result = await pool.run({ model, inputs, ...(signal === undefined ? {} : { signal }) })
      goldens.push({ inputs, result })
    }
    return goldens
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function stage(path: string, source: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  if (typeof source === 'string') await copyFile(source, path, constants.COPYFILE_FICLONE)
  else await writeFile(path, source)
}

async function addTensors(content: ContentStore, tensors: TensorSet.TensorSet): Promise<string> {
  const bytes = TensorSet.encode(tensors)
  const { cid } = await content.add(chunks(bytes))
  return cid.toString()
}

async function* chunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

function maximaOf(goldens: readonly Golden[], given: Partial<Manifest['maxima']> = {}): Manifest['maxima'] {
  const bytesOf = (set: TensorSet.TensorSet) =>
    Object.values(set).reduce((sum, { data }) => sum + data.length, 0)
  const largest = (values: number[], least: number) =>
    Math.max(least, ...values.map((value) => Math.ceil(value)))
  return {
    inputBytes: largest(
      goldens.map(({ inputs }) => 4 * bytesOf(inputs)),
      4 * mebibyte,
    ),
    outputBytes: largest(
      goldens.map(({ result }) => 4 * bytesOf(result.outputs)),
      4 * mebibyte,
    ),
    runMs: defaultRunMs,
    ...given,
  }
}

async function store(
  content: ContentStore,
  manifest: Manifest,
  report: ModelReport,
): Promise<PublishedModel> {
  const cid = ModelManifest.cid(manifest)
  await content.putBlock(CID.parse(cid), ModelManifest.canonical(manifest))
  const named = [
    ...manifest.files.map((file) => file.cid),
    ...manifest.golden.flatMap((one) => [one.inputs, one.outputs]),
  ]
  const cids = [cid, ...new Set(named)]
  for (const root of cids) await content.pin(CID.parse(root), `${manifest.name} ${manifest.version}`)
  return { manifest, modelKey: ModelManifest.key(manifest), report, cids }
}
