import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TensorSet } from '@dim/sdk'
import * as Hostile from '../../packages/node/src/runtime/hostile/hostileModels.ts'
import type { Canary } from './canary.ts'

export type HostileFile = {
  name: string
  /** Makes the model's folder. */
  write(dir: string, canary: Canary): void
  /** How the job may end; `ANSWER` is a result. */
  codes: readonly string[]
  inputs?: TensorSet.TensorSet
}

const twentyGigabytes = 5_000_000_000n
const vector = (...values: number[]) => ({
  x: TensorSet.fromTyped('float32', Float32Array.from(values), [values.length]),
})

export const oneNumber = vector(1)

const model =
  (build: () => Uint8Array) =>
  (dir: string): void =>
    writeFileSync(join(dir, 'model.onnx'), build())

const fromPlace =
  (location: (canary: Canary) => string, prepare?: (dir: string, canary: Canary) => void) =>
  (dir: string, canary: Canary): void => {
    prepare?.(dir, canary)
    writeFileSync(join(dir, 'model.onnx'), Hostile.externalData(location(canary)))
  }

const loadFails = ['MODEL_LOAD_FAILED']
const slowOrBig = ['JOB_TIMEOUT', 'MEMORY_LIMIT']

/** Mulberry32: the same sequence for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function mutated(seed: number): Uint8Array {
  const random = seededRandom(seed)
  const bytes = Hostile.endlessRun().slice()
  for (let flips = 0; flips <= seed % 5; flips++) {
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
  }
  return bytes
}

const mutations = Array.from(
  { length: 12 },
  (_, index): HostileFile => ({
    name: `random mutation ${index + 1}`,
    write: model(() => mutated(index + 7)),
    codes: [
      'MODEL_LOAD_FAILED',
      'MODEL_RUN_FAILED',
      'JOB_TIMEOUT',
      'MEMORY_LIMIT',
      'WORKER_CRASHED',
      'ANSWER',
    ],
  }),
)

const notNumbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

/** Every file of a stranger that a node must survive, made when it is asked for. */
export const corpus: readonly HostileFile[] = [
  { name: 'infinite loop at run', write: model(Hostile.endlessRun), codes: ['JOB_TIMEOUT'] },
  { name: 'infinite loop at load', write: model(Hostile.endlessLoad), codes: ['JOB_TIMEOUT'] },
  { name: '20 GB at run', write: model(() => Hostile.hugeRun(twentyGigabytes)), codes: ['MEMORY_LIMIT'] },
  { name: '20 GB at load', write: model(() => Hostile.hugeLoad(twentyGigabytes)), codes: ['MEMORY_LIMIT'] },
  {
    name: '20 GB sparse at load',
    write: model(() => Hostile.hugeSparse(twentyGigabytes)),
    codes: ['MEMORY_LIMIT'],
  },
  { name: '700 MB at run', write: model(() => Hostile.hugeRun(175_000_000n)), codes: ['MEMORY_LIMIT'] },
  { name: 'grows without end', write: model(Hostile.growingScan), codes: ['MEMORY_LIMIT'] },
  { name: 'output of 4 GB', write: model(() => Hostile.hugeOutput(1_000_000_000n)), codes: ['MEMORY_LIMIT'] },
  {
    name: 'output of 8 MB, 1 allowed',
    write: model(() => Hostile.hugeOutput(2_000_000n)),
    codes: ['OUTPUT_TOO_LARGE'],
  },
  { name: 'doubling functions', write: model(() => Hostile.doublingFunctions(30)), codes: slowOrBig },
  { name: '200,000 nodes', write: model(() => Hostile.manyNodes(200_000)), codes: slowOrBig },
  { name: 'external data by traversal', write: fromPlace(() => '../secret.key'), codes: loadFails },
  {
    name: 'external data through a folder',
    write: fromPlace(() => 'sub/../../secret.key'),
    codes: loadFails,
  },
  { name: 'external data by absolute path', write: fromPlace(({ keyFile }) => keyFile), codes: loadFails },
  {
    name: 'external data of the environment',
    write: fromPlace(() => '/proc/self/environ'),
    codes: loadFails,
  },
  { name: 'external data by memory address', write: fromPlace(() => '*/_ORT_MEM_ADDR_/*'), codes: loadFails },
  {
    name: 'external data by symbolic link',
    write: fromPlace(
      () => 'link',
      (dir, { keyFile }) => symlinkSync(keyFile, join(dir, 'link')),
    ),
    codes: loadFails,
  },
  {
    name: 'hard link in another folder',
    write: fromPlace(
      () => '../other/link',
      (dir, { keyFile }) => {
        const other = join(dirname(dir), 'other')
        mkdirSync(other, { recursive: true })
        linkSync(keyFile, join(other, `link-${Date.now()}`))
      },
    ),
    codes: loadFails,
  },
  { name: "another model's file", write: fromPlace(() => '../file-0/model.onnx'), codes: loadFails },
  { name: 'file of the working directory', write: fromPlace(() => 'secret.key'), codes: loadFails },
  { name: 'truncated', write: model(() => Hostile.benign().subarray(0, 60)), codes: loadFails },
  { name: 'empty', write: model(() => new Uint8Array()), codes: loadFails },
  { name: '.ort file', write: model(Hostile.ortFile), codes: loadFails },
  { name: 'unknown operator', write: model(Hostile.unknownOperator), codes: loadFails },
  { name: 'unknown operator set', write: model(Hostile.unknownOpset), codes: loadFails },
  ...notNumbers.map((value) => ({
    name: `${value} everywhere`,
    write: model(Hostile.benign),
    inputs: vector(value),
    codes: ['ANSWER'],
  })),
  {
    name: 'inputs of a wrong name',
    write: model(Hostile.benign),
    inputs: { z: oneNumber.x },
    codes: ['MODEL_RUN_FAILED'],
  },
  ...mutations,
]

/** Few that show each kind of limit, for a run of seconds. */
export const shortCorpus: readonly HostileFile[] = corpus.filter(({ name }) =>
  [
    'infinite loop at load',
    '20 GB at run',
    'output of 8 MB, 1 allowed',
    'external data by absolute path',
    'truncated',
  ].includes(name),
)
