import { PublisherMismatchError } from '@dim/sdk'
import type { Logger } from 'pino'
import { type Address, type Hex, isAddressEqual } from 'viem'
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
  /** Who registered a model first; undefined when nobody did. */
  registrantOf: (modelKey: Hex) => Promise<Address | undefined>
  logger: Logger
}

export type ServedModels = {
  get(modelKey: Hex): ServedModel | undefined
  list(): readonly ServedModel[]
  add(model: { modelKey: Hex; askUsdc: bigint }): void
  /** Takes a model out of service until `warmUp` has checked it anew. */
  cool(modelKey: string, reason: string): void
  /** Loads, checks and pins every model that is not warm; resolves when each is warm or has failed once more. */
  warmUp(signal: AbortSignal): Promise<void>
  /** A model ready to run; the caller calls `release`. */
  acquire(modelKey: Hex, signal: AbortSignal): Promise<ReadyModel>
}

const toReason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const toCold = ({ modelKey, askUsdc }: { modelKey: Hex; askUsdc: bigint }): ServedModel => ({
  modelKey,
  askUsdc,
  state: 'cold',
  name: undefined,
  maxInputBytes: undefined,
  executionProviders: [],
  reason: undefined,
})

const toWarm = (model: ServedModel, { manifest, goldenPassed, engine }: ReadyModel): ServedModel => ({
  ...model,
  state: 'warm',
  name: manifest.name,
  maxInputBytes: manifest.maxima.inputBytes,
  executionProviders: engine === undefined ? goldenPassed : [engine],
  reason: undefined,
})

/** The models that this provider offers, each warm only after its golden vectors were met. */
export function createServedModels(options: ServedModelsOptions): ServedModels {
  const { serve, cache, endpoints, registrantOf, logger } = options
  const models = new Map<Hex, ServedModel>(serve.map((model) => [model.modelKey, toCold(model)]))

  /** A key that a stranger took earns that stranger the royalty of another's work. */
  const assertPublisher = async (modelKey: Hex, publisher: Address): Promise<void> => {
    const registrant = await registrantOf(modelKey)
    if (registrant === undefined || isAddressEqual(registrant, publisher)) return
    throw new PublisherMismatchError({ modelKey, publisher, registrant })
  }

  const load = async (model: ServedModel, providers: readonly string[], signal: AbortSignal) => {
    const { modelKey } = model
    models.set(modelKey, { ...model, state: 'loading', reason: undefined })
    try {
      const ready = await cache.ensure(modelKey, { providers, signal })
      ready.release()
      await assertPublisher(modelKey, ready.manifest.publisher)
      cache.pin(modelKey)
      models.set(modelKey, toWarm(model, ready))
      logger.info({ modelKey, name: ready.manifest.name }, 'model is warm')
    } catch (error) {
      const state = signal.aborted ? 'cold' : 'failed'
      models.set(modelKey, { ...model, state, reason: toReason(error) })
      if (state === 'failed')
        logger.warn({ modelKey, err: error }, 'model could not be loaded; it is tried again')
    }
  }

  return {
    get: (modelKey) => models.get(modelKey),
    list: () => [...models.values()],
    add(model) {
      if (!models.has(model.modelKey)) models.set(model.modelKey, toCold(model))
    },
    cool(modelKey, reason) {
      const model = models.get(modelKey as Hex)
      if (model?.state === 'warm') models.set(model.modelKey, { ...model, state: 'failed', reason })
    },
    async warmUp(signal) {
      const cold = [...models.values()].filter(({ state }) => state === 'cold' || state === 'failed')
      if (cold.length === 0) return
      const providers = await endpoints()
      for (const model of cold) if (!signal.aborted) await load(model, providers, signal)
    },
    async acquire(modelKey, signal) {
      const isWarm = models.get(modelKey)?.state === 'warm'
      return cache.ensure(modelKey, { providers: isWarm ? [] : await endpoints(), signal })
    },
  }
}
