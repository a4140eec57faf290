import { type ModelManifest, TensorSet } from '@dim/sdk'
import type { ExecutionProvider } from '../runtime/providers.ts'
import type { RunnableModel, WorkerPool } from '../runtime/workerPool.ts'

export type CheckGoldenOptions = {
  manifest: ModelManifest.ModelManifest
  model: RunnableModel
  pool: WorkerPool
  executionProvider: ExecutionProvider
  readTensors(cid: string): Promise<TensorSet.TensorSet>
  signal?: AbortSignal
}

/** Runs a model on its golden inputs; answers why an output is out of tolerance, or undefined when all are within. */
export async function checkGolden(options: CheckGoldenOptions): Promise<string | undefined> {
  const { manifest, model, pool, executionProvider, readTensors, signal } = options
  for (const [index, golden] of manifest.golden.entries()) {
    const inputs = await readTensors(golden.inputs)
    const expected = await readTensors(golden.outputs)
    const { outputs } = await pool.run({
      model,
      inputs,
      executionProvider,
      ...(signal === undefined ? {} : { signal }),
    })
    const { within, reason } = TensorSet.compare(expected, outputs, manifest.tolerance)
    if (!within) return `golden vector ${index}: ${reason}`
  }
  return undefined
}
