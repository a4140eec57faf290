import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TensorSet } from '@dim/sdk'
import * as Onnx from './onnxBuilder.ts'
import { createWorkerPool } from './pool.ts'
import { silentLogger } from './silentLogger.ts'
import { fromWire, toWire } from './wireTensors.ts'
import type { WorkerPool } from './workerPool.ts'

let dir: string
let pool: WorkerPool

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-wire-'))
  pool = createWorkerPool({ size: 1, memoryLimitBytes: 1024 ** 3, timeoutMs: 5000, logger: silentLogger })
})

after(async () => {
  await pool.close()
  await rm(dir, { recursive: true, force: true })
})

const samples = {
  float32: TensorSet.fromTyped('float32', Float32Array.of(1.5, -0, Number.NaN), [3]),
  float64: TensorSet.fromTyped('float64', Float64Array.of(Math.PI), [1, 1]),
  float16: TensorSet.fromNumbers('float16', [1, -2.5, 65504], [3]),
  int8: TensorSet.fromNumbers('int8', [-128, 127], [2]),
  uint8: TensorSet.fromNumbers('uint8', [0, 255, 7], [3]),
  int16: TensorSet.fromNumbers('int16', [-32768], [1]),
  uint16: TensorSet.fromNumbers('uint16', [65535], [1]),
  int32: TensorSet.fromNumbers('int32', [-(2 ** 31)], []),
  uint32: TensorSet.fromNumbers('uint32', [2 ** 32 - 1], [1]),
  int64: TensorSet.fromNumbers('int64', [-(2n ** 63n), 2n ** 63n - 1n], [2]),
  uint64: TensorSet.fromNumbers('uint64', [2n ** 64n - 1n], [1]),
  bool: TensorSet.fromNumbers('bool', [1, 0, 1], [3]),
  string: TensorSet.fromTyped('string', ['', 'zwölf', '🦊'], [3]),
} as const

async function echo(name: string, tensor: TensorSet.Tensor): Promise<TensorSet.TensorSet> {
  const code = TensorSet.dtypes.indexOf(tensor.dtype) + 1
  const value = (port: string) => Onnx.value(port, code, tensor.dims)
  const graph = Onnx.graph({
    nodes: [Onnx.node('Identity', { input: ['x'], output: ['y'] })],
    inputs: [value('x')],
    outputs: [value('y')],
  })
  await writeFile(join(dir, name), Onnx.model({ graph }))
  const { outputs } = await pool.run({ model: { key: name, dir, entry: name }, inputs: { x: tensor } })
  return outputs
}

describe('tensors on their way to a worker and back', () => {
  for (const [dtype, tensor] of Object.entries(samples)) {
    it(`${dtype} comes back as it went`, async () => {
      const { y } = await echo(`${dtype}.onnx`, tensor)
      assert.ok(y)
      assert.deepEqual(TensorSet.encode({ y }), TensorSet.encode({ y: tensor }))
    })
  }

  it('an empty tensor comes back empty', async () => {
    const { y } = await echo('empty.onnx', TensorSet.fromTyped('float32', new Float32Array(0), [0, 3]))
    assert.deepEqual(y?.dims, [0, 3])
  })

  it('types that the binding lacks are refused before a worker sees them', () => {
    for (const dtype of ['bfloat16', 'int4', 'complex64'] as const) {
      const tensor = { dtype, dims: [0], data: new Uint8Array() }
      assert.throws(() => toWire('m', { x: tensor }), { code: 'TENSOR_DTYPE_UNSUPPORTED' })
    }
  })

  it('a worker that lies about its outputs is taken for broken', () => {
    const output = (part: object) => [{ name: 'y', dtype: 'float32', dims: [2], bytes: 8, ...part }]
    const payload = new Uint8Array(8)
    assert.equal(fromWire('m', output({}), payload).y?.data.length, 8)
    for (const lie of [{ dims: [3] }, { bytes: 16, dims: [4] }, { bytes: 0, dims: [0] }]) {
      assert.throws(() => fromWire('m', output(lie), payload), { code: 'WORKER_CRASHED' })
    }
    assert.throws(() => fromWire('m', output({ dtype: 'int4' }), payload), {
      code: 'TENSOR_DTYPE_UNSUPPORTED',
    })
  })
})
