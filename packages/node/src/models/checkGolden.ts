import { BaseError, type ModelManifest, TensorSet } from '@dim/sdk'
import { type ExecutionProvider, providerNameOf } from '../runtime/providers.ts'
import type { RunnableModel, WorkerPool } from '../runtime/workerPool.ts'
import { ModelGoldenMismatchError } from './errors.ts'

export type CheckGoldenOptions = {
  manifest: ModelManifest.ModelManifest
  model: RunnableModel
  pool: Pick<WorkerPool, 'run' | 'executionProviders'>
  readTensors(cid: string): Promise<TensorSet.TensorSet>
  signal?: AbortSignal
}

/** A provider with its options on which the model is not served, and why. */
export type RefusedProvider = { executionProvider: ExecutionProvider; error: BaseError }

export type GoldenReport = {
  /** One of each provider at most: the first of its options that met every golden vector. */
  passed: readonly ExecutionProvider[]
  refused: readonly RefusedProvider[]
}

/** What says nothing about the provider: it would be the same on another one. */
const notItsFault = ['JOB_ABORTED', 'POOL_CLOSED', 'QUEUE_FULL', 'WORKER_START_FAILED']

type Vector = { inputs: TensorSet.TensorSet; expected: TensorSet.TensorSet }

/**
 * Runs a model on its golden inputs on each provider of the pool, with one set of options after the other until one gives the
 * published outputs within the model's tolerance.
 */
export async function checkGolden(options: CheckGoldenOptions): Promise<GoldenReport> {
  const { pool, manifest, readTensors } = options
  const vectors: Vector[] = []
  for (const { inputs, outputs } of manifest.golden)
    vectors.push({ inputs: await readTensors(inputs), expected: await readTensors(outputs) })
  const passed: ExecutionProvider[] = []
  const refused: RefusedProvider[] = []
  for (const executionProvider of pool.executionProviders) {
    const name = providerNameOf(executionProvider)
    if (passed.some((other) => providerNameOf(other) === name)) continue
    const error = await errorOn(executionProvider, vectors, options)
    if (error === undefined) passed.push(executionProvider)
    else refused.push({ executionProvider, error })
  }
  return { passed, refused }
}

async function errorOn(
  executionProvider: ExecutionProvider,
  vectors: readonly Vector[],
  options: CheckGoldenOptions,
): Promise<BaseError | undefined> {
  try {
    const reason = await differenceOn(executionProvider, vectors, options)
    if (reason === undefined) return undefined
    return new ModelGoldenMismatchError(options.model.key, executionProvider, reason)
  } catch (error) {
    if (!(error instanceof BaseError) || options.signal?.aborted || notItsFault.includes(error.code))
      throw error
    return error
  }
}

async function differenceOn(
  executionProvider: ExecutionProvider,
  vectors: readonly Vector[],
  { manifest, model, pool, signal }: CheckGoldenOptions,
): Promise<string | undefined> {
  for (const [index, { inputs, expected }] of vectors.entries()) {
    const abort = signal === undefined ? {} : { signal }
    const { outputs } = await pool.run({ model, inputs, executionProvider, ...abort })
    const { within, reason } = TensorSet.compare(expected, outputs, manifest.tolerance)
    if (!within) return `golden vector ${index}: ${reason}`
  }
  return undefined
}
