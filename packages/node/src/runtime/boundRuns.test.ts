import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TensorSet } from '@dim/sdk'
import * as Onnx from './onnxBuilder.ts'
import { createWorkerPool } from './pool.ts'
import { silentLogger } from './silentLogger.ts'
import type { RunRequest, WorkerPool } from './workerPool.ts'

const { FLOAT, INT64, BOOL } = Onnx.DataType

let dir: string
let pool: WorkerPool

const unary = (op: string, dims: (string | number)[], output: { type: number; dims: (string | number)[] }) =>
  Onnx.model({
    graph: Onnx.graph({
      nodes: [Onnx.node(op, { input: ['x'], output: ['y'] })],
      inputs: [Onnx.value('x', FLOAT, dims)],
      outputs: [Onnx.value('y', output.type, output.dims)],
    }),
  })

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-bound-'))
  await writeFile(join(dir, 'neg.onnx'), unary('Neg', ['n'], { type: FLOAT, dims: ['n'] }))
  await writeFile(join(dir, 'nonzero.onnx'), unary('NonZero', ['n'], { type: INT64, dims: [1, 'm'] }))
  await writeFile(join(dir, 'isnan.onnx'), unary('IsNaN', ['n'], { type: BOOL, dims: ['n'] }))
  pool = createWorkerPool({ size: 1, memoryLimitBytes: 1024 ** 3, timeoutMs: 10_000, logger: silentLogger })
})

after(async () => {
  await pool.close()
  await rm(dir, { recursive: true, force: true })
})

const request = (entry: string, values: Float32Array): RunRequest => ({
  model: { key: entry, dir, entry },
  inputs: { x: TensorSet.fromTyped('float32', values, [values.length]) },
  estimatedMs: 0.2,
})

const answerOf = async (entry: string, values: Float32Array): Promise<number[]> => {
  const { outputs } = await pool.run(request(entry, values))
  assert.ok(outputs.y)
  return Array.from(TensorSet.toNumbers(outputs.y), Number)
}

const ramp = (count: number, start: number) => Float32Array.from({ length: count }, (_, at) => start + at)
const negative = (values: Float32Array) => Array.from(values, (value) => -value)

describe('runs of a shape that a worker knows', () => {
  for (const count of [3, 25_000, 1_500_000]) {
    it(`give every caller its own ${count} numbers back, many at a time`, async () => {
      const isLarge = count > 1e6
      const starts = Array.from({ length: isLarge ? 2 : 24 }, (_, at) => at * 10)
      for (let round = 0; round < (isLarge ? 1 : 3); round++) {
        const answers = await Promise.all(starts.map((start) => answerOf('neg.onnx', ramp(count, start))))
        for (const [at, answer] of answers.entries()) {
          assert.deepEqual(answer, negative(ramp(count, starts[at] ?? 0)))
        }
      }
    })
  }

  it('are told apart by their shapes, also when there are more than a worker keeps', async () => {
    for (let round = 0; round < 4; round++) {
      const sizes = Array.from({ length: 40 }, (_, at) => at + 1)
      const answers = await Promise.all(sizes.map((size) => answerOf('neg.onnx', ramp(size, round))))
      assert.deepEqual(
        answers,
        sizes.map((size) => negative(ramp(size, round))),
      )
    }
  })

  it('may have outputs whose shape depends on the values', async () => {
    for (const values of [
      [1, 0, 1],
      [1, 0, 1],
      [1, 0, 1],
      [0, 0, 1],
      [1, 1, 1],
      [0, 1, 1],
    ]) {
      const expected = values.flatMap((value, at) => (value === 0 ? [] : [at]))
      assert.deepEqual(await answerOf('nonzero.onnx', Float32Array.from(values)), expected)
    }
  })

  it('have booleans of 0 and 1', async () => {
    for (let run = 0; run < 5; run++) {
      assert.deepEqual(await answerOf('isnan.onnx', Float32Array.of(Number.NaN, run, Number.NaN)), [1, 0, 1])
    }
  })

  it('say what the run and the way to the worker took', async () => {
    const { timingsMs } = await pool.run(request('neg.onnx', ramp(3, 0)))
    assert.ok(timingsMs.run > 0 && timingsMs.transfer > 0 && timingsMs.transfer < 5000)
    assert.equal(timingsMs.load, 0)
  })
})
