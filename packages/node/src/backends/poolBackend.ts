import type { ModelCache, ReadyModel } from '../models/cache.ts'
import { JobAbortedError } from '../runtime/errors.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'
import type { Backend, BackendRequest, BackendResult } from './backend.ts'
import { unready } from './unready.ts'

export type PoolBackendOptions = { pool: WorkerPool; cache: ModelCache }

/** The node's own runtime behind the interface of engines: models by their key, as they lie in the cache. */
export function poolBackend({ pool, cache }: PoolBackendOptions): Backend {
  const withModel = async <T>(
    modelKey: string,
    signal: AbortSignal | undefined,
    use: (model: ReadyModel) => Promise<T> | T,
  ): Promise<T> => {
    if (signal?.aborted) throw new JobAbortedError(modelKey, signal.reason)
    const model = await cache.ensure(modelKey, signal === undefined ? {} : { signal })
    try {
      return await use(model)
    } finally {
      model.release()
    }
  }
  const run = ({ model: modelKey, inputs, signal, timeoutMs, outputs: wanted }: BackendRequest) =>
    withModel(modelKey, signal, async (model): Promise<BackendResult> => {
      const { dir, entry, manifest, goldenPassed } = model
      const [executionProvider] = goldenPassed
      const result = await pool.run({
        model: { key: modelKey, dir, entry, maxOutputBytes: manifest.maxima.outputBytes },
        inputs,
        timeoutMs: Math.min(timeoutMs ?? manifest.maxima.runMs, manifest.maxima.runMs),
        ...(signal === undefined ? {} : { signal }),
        ...(executionProvider === undefined ? {} : { executionProvider }),
      })
      const kept = Object.entries(result.outputs).filter(([name]) => wanted?.includes(name) ?? true)
      return {
        outputs: Object.fromEntries(kept),
        engine: `${result.runtime} ${result.executionProvider}`,
        usage: undefined,
        timingsMs: result.timingsMs,
      }
    })

  return {
    kind: 'onnx',
    async health({ model } = {}) {
      if (pool.status().closed) return unready('the pool is closed')
      const isKnown = model === undefined || cache.list().some(({ modelKey }) => modelKey === model)
      if (!isKnown) return unready(`there is no model ${model}`)
      return { state: 'ready', engine: 'onnxruntime', latencyMs: 0 }
    },
    listModels: async () => cache.list().map(({ modelKey }) => modelKey),
    describe: (modelKey, signal) =>
      withModel(modelKey, signal, ({ manifest: { inputs, outputs } }) => ({ inputs, outputs })),
    run,
    async *stream(request) {
      yield { type: 'done', result: await run(request) }
    },
    close: () => pool.close(),
  }
}
