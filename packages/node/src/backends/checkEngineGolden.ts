import { type ModelManifest, TensorSet } from '@dim/sdk'
import { checkInputs } from '../models/checkInputs.ts'
import { assertOutputs } from './assertOutputs.ts'
import type { Engine } from './engines.ts'
import { isGreedy } from './openai/toBody.ts'

export type CheckEngineGoldenOptions = {
  modelKey: string
  manifest: ModelManifest.ModelManifest
  engine: Engine
  readTensors(cid: string): Promise<TensorSet.TensorSet>
  signal?: AbortSignal
}

/** Runs an engine on a manifest's golden inputs; answers why an output is out of tolerance, or undefined when all are within. */
export async function checkEngineGolden(options: CheckEngineGoldenOptions): Promise<string | undefined> {
  const { modelKey, manifest, engine, readTensors, signal } = options
  const { backend, config } = engine
  for (const [index, golden] of manifest.golden.entries()) {
    const inputs = checkInputs(manifest, await readTensors(golden.inputs))
    if (backend.kind === 'openai' && !isGreedy(inputs)) {
      return `golden vector ${index}: its temperature is not 0, so that no two answers need be equal`
    }
    const expected = await readTensors(golden.outputs)
    const outputs = manifest.outputs.map(({ name }) => name)
    const timeoutMs = manifest.maxima.runMs
    const result = await backend.run({ model: config.model, inputs, outputs, timeoutMs, signal })
    const actual = assertOutputs(config.url, modelKey, manifest, result.outputs)
    const { within, reason } = TensorSet.compare(expected, actual, manifest.tolerance)
    if (!within) return `golden vector ${index}: ${reason}`
  }
  return undefined
}
