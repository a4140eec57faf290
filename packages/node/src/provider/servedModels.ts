import type { ModelManifest } from '@dim/sdk'
import type { Logger } from 'pino'
import type { Hex } from 'viem'
import type { ModelCache, ReadyModel } from '../models/cache.ts'

export type ServedModel = {
  modelKey: Hex
  askUsdc: bigint
  state: 'cold' | 'loading' | 'warm' | 'failed'
  name: string | undefined
  /** Most bytes of input that its manifest allows. */
  maxInputBytes: number | undefined
  executionProviders: readonly string[]
  reason: string | undefined
}

export type ServedModelsOptions = {
  serve: readonly { modelKey: Hex; askUsdc: bigint }[]
  cache: ModelCache
  /** HTTP endpoints that may have the blocks of a model. */
  endpoints: () => Promise<readonly string[]>
  logger: Logger
}

const toReason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const warm = (model: ServedModel, { manifest, goldenPassed }: ReadyModel): ServedModel => ({
  ...model,
  state: 'warm',
  name: manifest.name,
  maxInputBytes: manifest.maxima.inputBytes,
  executionProviders: goldenPassed,
  reason: undefined,
})

export type ServedModels = {
  get(modelKey: Hex): ServedModel | undefined
  list(): readonly ServedModel[]
  /** Loads, checks and pins every model that is not warm; resolves when each is warm or has failed once more. */
  warmUp(signal: AbortSignal): Promise<void>
  /** A model ready to run, with its manifest; the caller calls `release`. */
  acquire(modelKey: Hex, signal: AbortSignal): Promise<ReadyModel & { manifest: ModelManifest.ModelManifest }>
}

/** The models that this provider offers, each warm only after its golden vectors were met. */
export function createServedModels({ serve, cache, endpoints, logger }: ServedModelsOptions): ServedModels {
  const models = new Map<Hex, ServedModel>(
    serve.map(({ modelKey, askUsdc }) => [
      modelKey,
      {
        modelKey,
        askUsdc,
        state: 'cold',
        name: undefined,
        maxInputBytes: undefined,
        executionProviders: [],
        reason: undefined,
      },
    ]),
  )

  const load = async (model: ServedModel, providers: readonly string[], signal: AbortSignal) => {
    const { modelKey } = model
    models.set(modelKey, { ...model, state: 'loading', reason: undefined })
    try {
      const ready = await cache.ensure(modelKey, { providers, signal })
      await cache.pin(modelKey)
      ready.release()
      models.set(modelKey, warm(model, ready))
      logger.info({ modelKey, name: ready.manifest.name }, 'model is warm')
    } catch (error) {
      models.set(modelKey, { ...model, state: signal.aborted ? 'cold' : 'failed', reason: toReason(error) })
      if (!signal.aborted) logger.error({ modelKey, err: error }, 'model could not be loaded')
    }
  }

  return {
    get: (modelKey) => models.get(modelKey),
    list: () => [...models.values()],
    async warmUp(signal) {
      const cold = [...models.values()].filter(({ state }) => state === 'cold' || state === 'failed')
      if (cold.length === 0) return
      const providers = await endpoints()
      for (const model of cold) if (!signal.aborted) await load(model, providers, signal)
    },
    acquire: async (modelKey, signal) => cache.ensure(modelKey, { providers: await endpoints(), signal }),
  }
}
