import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { BaseError, TensorSet } from '@dim/sdk'
import { createWorkerPool } from '../pool.ts'
import { silentLogger } from '../silentLogger.ts'
import type { RunnableModel, RunResult, WorkerPool } from '../workerPool.ts'
import * as Hostile from './hostileModels.ts'

const timeoutMs = 1200
const memoryLimitBytes = 512 * 1024 * 1024
const maxOutputBytes = 1024 * 1024
const secret = 'thirty-two bytes of secret key!!'
const one = { x: TensorSet.fromTyped('float32', Float32Array.from([1]), [1]) }

let root: string
let pool: WorkerPool
let models = 0

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'dim-hostile-'))
  await writeFile(join(root, 'secret.key'), secret)
  pool = createWorkerPool({ size: 1, memoryLimitBytes, timeoutMs, maxOutputBytes, logger: silentLogger })
})

after(async () => {
  await pool.close()
  await rm(root, { recursive: true, force: true })
})

async function storeModel(bytes: Uint8Array): Promise<RunnableModel> {
  const key = `m${models++}`
  const dir = join(root, key)
  await mkdir(dir)
  await writeFile(join(dir, 'model.onnx'), bytes)
  return { key, dir, entry: 'model.onnx' }
}

const runModel = async (bytes: Uint8Array, inputs: TensorSet.TensorSet = one): Promise<RunResult> =>
  pool.run({ model: await storeModel(bytes), inputs })

const firstNumber = (tensor: TensorSet.Tensor | undefined): number | undefined =>
  tensor === undefined ? undefined : TensorSet.toNumbers(tensor)[0]

async function codeOf(run: Promise<RunResult>): Promise<string> {
  try {
    await run
    return 'SUCCESS'
  } catch (error) {
    if (error instanceof BaseError) return error.code
    throw error
  }
}

async function assertServesNext(): Promise<void> {
  const { outputs } = await runModel(Hostile.benign())
  assert.equal(firstNumber(outputs.y), 2)
}

const twentyGigabytes = 5_000_000_000n

const limited: readonly [string, () => Uint8Array, readonly string[]][] = [
  ['loops for ever while it runs', Hostile.endlessRun, ['JOB_TIMEOUT']],
  ['loops for ever while it loads', Hostile.endlessLoad, ['JOB_TIMEOUT']],
  ['doubles functions 30 times', () => Hostile.doublingFunctions(30), ['JOB_TIMEOUT', 'MEMORY_LIMIT']],
  ['has 200,000 nodes', () => Hostile.manyNodes(200_000), ['JOB_TIMEOUT', 'MEMORY_LIMIT']],
  ['allocates 20 GB while it runs', () => Hostile.hugeRun(twentyGigabytes), ['MEMORY_LIMIT']],
  ['allocates 20 GB while it loads', () => Hostile.hugeLoad(twentyGigabytes), ['MEMORY_LIMIT']],
  ['unpacks a sparse 20 GB while it loads', () => Hostile.hugeSparse(twentyGigabytes), ['MEMORY_LIMIT']],
  ['allocates 700 MB while it runs', () => Hostile.hugeRun(175_000_000n), ['MEMORY_LIMIT']],
  ['grows without end', Hostile.growingScan, ['MEMORY_LIMIT']],
  ['gives 4 GB of output', () => Hostile.hugeOutput(1_000_000_000n), ['MEMORY_LIMIT']],
  ['gives 8 MB of output where 1 MB is allowed', () => Hostile.hugeOutput(2_000_000n), ['OUTPUT_TOO_LARGE']],
  ['is cut short', () => Hostile.benign().subarray(0, 60), ['MODEL_LOAD_FAILED']],
  ['is empty', () => new Uint8Array(), ['MODEL_LOAD_FAILED']],
  ['is a .ort file', Hostile.ortFile, ['MODEL_LOAD_FAILED']],
  ['has an unknown operator', Hostile.unknownOperator, ['MODEL_LOAD_FAILED']],
  ['has an unknown operator set', Hostile.unknownOpset, ['MODEL_LOAD_FAILED']],
  ['reads a file one level up', () => Hostile.externalData('../secret.key'), ['MODEL_LOAD_FAILED']],
  [
    'reads a file through a folder',
    () => Hostile.externalData('sub/../../secret.key'),
    ['MODEL_LOAD_FAILED'],
  ],
  ['reads an absolute path', () => Hostile.externalData('/etc/passwd'), ['MODEL_LOAD_FAILED']],
  ['reads its own environment', () => Hostile.externalData('/proc/self/environ'), ['MODEL_LOAD_FAILED']],
  ['reads memory by address', () => Hostile.externalData('*/_ORT_MEM_ADDR_/*'), ['MODEL_LOAD_FAILED']],
  [
    'reads a file of the directory it is started in',
    () => Hostile.externalData('secret.key'),
    ['MODEL_LOAD_FAILED'],
  ],
]

describe('a hostile model ends with a coded error, and the pool serves the next job', () => {
  for (const [name, build, codes] of limited) {
    it(name, async () => {
      const startedAt = performance.now()
      const code = await codeOf(runModel(build()))
      const tookMs = performance.now() - startedAt
      assert.ok(codes.includes(code), `${code} instead of ${codes.join(' or ')}`)
      assert.ok(tookMs < timeoutMs + 2500, `took ${Math.round(tookMs)} ms`)
      await assertServesNext()
    })
  }

  it('reads a file through a link in its own directory', async () => {
    const dir = join(root, 'linked')
    await mkdir(dir)
    await symlink(join(root, 'secret.key'), join(dir, 'link'))
    await writeFile(join(dir, 'model.onnx'), Hostile.externalData('link'))
    const run = pool.run({ model: { key: 'linked', dir, entry: 'model.onnx' }, inputs: one })
    assert.equal(await codeOf(run), 'MODEL_LOAD_FAILED')
    await assertServesNext()
  })

  it('may read a file beside it in its own directory, and so the refusals above are about places', async () => {
    const model = await storeModel(Hostile.externalData('weights.bin'))
    await writeFile(join(model.dir, 'weights.bin'), secret)
    const { outputs } = await pool.run({ model, inputs: one })
    assert.equal(Buffer.from(outputs.y?.data ?? []).toString(), secret.slice(0, 16))
  })

  it('runs on NaN and infinity', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const inputs = { x: TensorSet.fromTyped('float32', Float32Array.from([value]), [1]) }
      const { outputs } = await runModel(Hostile.benign(), inputs)
      assert.equal(firstNumber(outputs.y), value)
    }
  })

  it('is a random mutation of a model', async () => {
    const random = seededRandom(7)
    const outcomes = new Map<string, number>()
    for (let round = 0; round < 30; round++) {
      const bytes = Hostile.endlessRun().slice()
      for (let flips = 0; flips <= round % 5; flips++) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
      }
      const code = await codeOf(pool.run({ model: await storeModel(bytes), inputs: one, timeoutMs: 150 }))
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1)
    }
    assert.ok((outcomes.get('MODEL_LOAD_FAILED') ?? 0) > 5, JSON.stringify([...outcomes]))
    await assertServesNext()
  })

  it('gets inputs of a wrong type, shape and name', async () => {
    const wrong = [
      { x: TensorSet.fromTyped('int64', BigInt64Array.from([1n]), [1]) },
      { x: TensorSet.fromTyped('float32', Float32Array.from([1, 2, 3]), [3, 1]) },
      { z: TensorSet.fromTyped('float32', Float32Array.from([1]), [1]) },
    ]
    for (const inputs of wrong)
      assert.equal(await codeOf(runModel(Hostile.benign(), inputs)), 'MODEL_RUN_FAILED')
    await assertServesNext()
  })
})

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
