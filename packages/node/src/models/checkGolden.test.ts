import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ModelManifest, TensorSet } from '@dim/sdk'
import { ModelLoadFailedError, PoolClosedError, WorkerCrashedError } from '../runtime/errors.ts'
import type { ExecutionProvider } from '../runtime/providers.ts'
import type { RunRequest, RunResult } from '../runtime/workerPool.ts'
import { checkGolden } from './checkGolden.ts'

const inputs = { x: TensorSet.fromTyped('float32', new Float32Array([1, 2]), [2]) }
const right = { y: TensorSet.fromTyped('float32', new Float32Array([2, 4]), [2]) }
const wrong = { y: TensorSet.fromTyped('float32', new Float32Array([2, 7]), [2]) }
const model = { key: 'model', dir: '/nowhere', entry: 'model.onnx' }
const manifest = {
  golden: [{ inputs: 'inputs', outputs: 'outputs' }],
  tolerance: { mode: 'allclose', absolute: 1e-3, relative: 1e-3 },
} as unknown as ModelManifest.ModelManifest

type Answer = TensorSet.TensorSet | Error

/** Stands for a machine with these providers, which this one may not have. */
function machine(answers: Partial<Record<ExecutionProvider, Answer>>) {
  const asked: string[] = []
  const pool = {
    executionProviders: Object.keys(answers) as ExecutionProvider[],
    async run({ executionProvider = 'cpu' }: RunRequest): Promise<RunResult> {
      asked.push(executionProvider)
      const answer = answers[executionProvider]
      if (answer === undefined || answer instanceof Error) throw answer
      const timingsMs = { queue: 0, load: 0, run: 0, transfer: 0 }
      return { outputs: answer, executionProvider, runtime: 'scripted', timingsMs, batch: 1 }
    },
  }
  return { pool, asked }
}

const readTensors = async (cid: string) => (cid === 'inputs' ? inputs : right)

const check = (answers: Partial<Record<ExecutionProvider, Answer>>) => {
  const { pool, asked } = machine(answers)
  return checkGolden({ manifest, model, pool, readTensors }).then((report) => ({ ...report, asked }))
}

const codes = (refused: readonly { executionProvider: string; error: { code: string } }[]) =>
  refused.map(({ executionProvider, error }) => `${executionProvider} ${error.code}`)

describe('golden vectors on each execution provider', () => {
  it('take the first set of options that gives the published outputs, and look at no other', async () => {
    const { passed, refused, asked } = await check({ 'coreml:all': right, 'coreml:gpu': wrong, cpu: right })
    assert.deepEqual(passed, ['coreml:all', 'cpu'])
    assert.deepEqual(refused, [])
    assert.deepEqual(asked, ['coreml:all', 'cpu'])
  })

  it('go on to the next options where the outputs differ, and keep the reason', async () => {
    const { passed, refused } = await check({
      'coreml:all': wrong,
      'coreml:gpu': right,
      webgpu: right,
      cpu: right,
    })
    assert.deepEqual(passed, ['coreml:gpu', 'webgpu', 'cpu'])
    assert.deepEqual(codes(refused), ['coreml:all MODEL_GOLDEN_MISMATCH'])
    assert.match(refused[0]?.error.details ?? '', /golden vector 0/)
  })

  it('fall back to the CPU where a provider cannot load the model or ends the worker', async () => {
    const { passed, refused } = await check({
      coreml: new ModelLoadFailedError('model', 'no such operator'),
      webgpu: new WorkerCrashedError('model', 'signal SIGSEGV'),
      cpu: right,
    })
    assert.deepEqual(passed, ['cpu'])
    assert.deepEqual(codes(refused), ['coreml MODEL_LOAD_FAILED', 'webgpu WORKER_CRASHED'])
  })

  it('do not judge a provider by what is not its fault', async () => {
    await assert.rejects(check({ webgpu: new PoolClosedError(), cpu: right }), { code: 'POOL_CLOSED' })
    const broken = machine({ webgpu: right, cpu: right })
    const cause = new WorkerCrashedError('content', 'vectors cannot be read')
    const failing = async () => Promise.reject(cause)
    await assert.rejects(
      checkGolden({ manifest, model, pool: broken.pool, readTensors: failing }),
      (error) => error === cause,
    )
    assert.deepEqual(broken.asked, [])
  })
})
