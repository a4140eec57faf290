import type { RunResult } from '../runtime/workerPool.ts'
import type { ScheduledRun } from '../scheduler/scheduler.ts'
import { assertOutputs } from './assertOutputs.ts'
import type { BackendUsage } from './backend.ts'
import type { EngineModels } from './engineModels.ts'

export type EngineRun = Pick<RunResult, 'outputs' | 'runtime' | 'timingsMs'> & {
  /** An execution provider of the pool, or the kind of the engine. */
  executionProvider: string
  usage?: BackendUsage | undefined
  /** Where it ran, unless in a worker's sandbox. */
  sandbox?: string | undefined
}

export type EngineRunner = { run(request: ScheduledRun): Promise<EngineRun> }

const MAX_RUNTIME = 128

/** Runs a model where it lives: in the pool, or at the engine that the operator chose for it. */
export function createEngineRunner(pool: EngineRunner, models: Pick<EngineModels, 'get'>): EngineRunner {
  return {
    async run(request) {
      const { key } = request.model
      const model = models.get(key)
      if (model === undefined) return pool.run(request)
      const { manifest, engine } = model
      const { config, backend } = engine
      const result = await backend.run({
        model: config.model,
        inputs: request.inputs,
        outputs: manifest.outputs.map(({ name }) => name),
        signal: request.signal,
        timeoutMs: request.timeoutMs,
      })
      const { engine: name, usage, timingsMs } = result
      return {
        outputs: assertOutputs(config.url, key, manifest, result.outputs),
        executionProvider: backend.kind,
        runtime: `${name} (${config.model})`.slice(0, MAX_RUNTIME),
        ...(usage === undefined ? {} : { usage }),
        sandbox: 'engine',
        timingsMs: { ...timingsMs, transfer: 0 },
      }
    },
  }
}
