import { BaseError, PublisherMismatchError } from '@dim/sdk'
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
  /** Execution providers on which it is not run, each with the reason. */
  refused: readonly { executionProvider: string; reason: string }[]
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
  nowMs?: () => number
}

export type ServedModels = {
  get(modelKey: Hex): ServedModel | undefined
  list(): readonly ServedModel[]
  add(model: { modelKey: Hex; askUsdc: bigint }): void
  /** Takes a model out of service until `warmUp` has checked it anew. */
  cool(modelKey: string, reason: string): void
  /** Loads and checks every model that is not warm and whose turn it is; resolves when each is warm or has failed. */
  warmUp(signal: AbortSignal): Promise<void>
  /** A model ready to run; the caller calls `release`. */
  acquire(modelKey: Hex, signal: AbortSignal): Promise<ReadyModel>
}

const FIRST_RETRY_MS = 10_000
const MAX_RETRY_MS = 300_000
/** For what will hardly mend itself, such as outputs that differ from the published ones. */
const MAX_HOPELESS_RETRY_MS = 3_600_000

const toReason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const toRefusal = ({ code, shortMessage, details }: BaseError): string =>
  `${code}: ${details ?? shortMessage}`

const toCold = ({ modelKey, askUsdc }: { modelKey: Hex; askUsdc: bigint }): ServedModel => ({
  modelKey,
  askUsdc,
  state: 'cold',
  name: undefined,
  maxInputBytes: undefined,
  executionProviders: [],
  refused: [],
  reason: undefined,
})

const toWarm = (
  model: ServedModel,
  { manifest, goldenPassed, refused = [], engine }: ReadyModel,
): ServedModel => ({
  ...model,
  state: 'warm',
  name: manifest.name,
  maxInputBytes: manifest.maxima.inputBytes,
  executionProviders: engine === undefined ? goldenPassed : [engine],
  refused: refused.map(({ executionProvider, error }) => ({ executionProvider, reason: toRefusal(error) })),
  reason: undefined,
})

/** The models that this provider offers, each warm only after its golden vectors were met. */
export function createServedModels(options: ServedModelsOptions): ServedModels {
  const { serve, cache, endpoints, registrantOf, logger, nowMs = () => performance.now() } = options
  const failures = new Map<Hex, { count: number; retryAtMs: number }>()
  const models = new Map<Hex, ServedModel>(serve.map((model) => [model.modelKey, toCold(model)]))

  /** A key that a stranger took earns that stranger the royalty of another's work. */
  const assertPublisher = async (modelKey: Hex, publisher: Address): Promise<void> => {
    const registrant = await registrantOf(modelKey)
    if (registrant === undefined || isAddressEqual(registrant, publisher)) return
    cache.unpin(modelKey)
    throw new PublisherMismatchError({ modelKey, publisher, registrant })
  }

  /** Each failure doubles the wait: what fails costs a download or a run of the golden vectors every time. */
  const postpone = (modelKey: Hex, error: unknown): number => {
    const count = (failures.get(modelKey)?.count ?? 0) + 1
    const isHopeless = error instanceof BaseError && !error.retryable
    const most = isHopeless ? MAX_HOPELESS_RETRY_MS : MAX_RETRY_MS
    const retryInMs = Math.min(FIRST_RETRY_MS * 2 ** (count - 1), most)
    failures.set(modelKey, { count, retryAtMs: nowMs() + retryInMs })
    return retryInMs
  }

  const isDue = ({ modelKey, state }: ServedModel): boolean =>
    state === 'cold' || (state === 'failed' && (failures.get(modelKey)?.retryAtMs ?? 0) <= nowMs())

  // Before the first download: what is served is not evicted for another that is served too.
  for (const { modelKey } of serve) cache.pin(modelKey)

  const load = async (model: ServedModel, providers: readonly string[], signal: AbortSignal) => {
    const { modelKey } = model
    models.set(modelKey, { ...model, state: 'loading', reason: undefined })
    try {
      const ready = await cache.ensure(modelKey, { providers, signal })
      ready.release()
      await assertPublisher(modelKey, ready.manifest.publisher)
      cache.pin(modelKey)
      failures.delete(modelKey)
      models.set(modelKey, toWarm(model, ready))
      logger.info({ modelKey, name: ready.manifest.name }, 'model is warm')
    } catch (error) {
      const state = signal.aborted ? 'cold' : 'failed'
      models.set(modelKey, { ...model, state, reason: toReason(error) })
      if (state === 'failed') {
        const retryInMs = postpone(modelKey, error)
        logger.warn({ modelKey, err: error, retryInMs }, 'model could not be loaded; it is tried again later')
      }
    }
  }

  return {
    get: (modelKey) => models.get(modelKey),
    list: () => [...models.values()],
    add(model) {
      if (models.has(model.modelKey)) return
      models.set(model.modelKey, toCold(model))
      cache.pin(model.modelKey)
    },
    cool(modelKey, reason) {
      const model = models.get(modelKey as Hex)
      if (model?.state === 'warm') models.set(model.modelKey, { ...model, state: 'failed', reason })
    },
    async warmUp(signal) {
      const cold = [...models.values()].filter(isDue)
      if (cold.length === 0) return
      const providers = await endpoints()
      for (const model of cold) if (!signal.aborted) await load(model, providers, signal)
    },
    async acquire(modelKey, signal) {
      const isWarm = models.get(modelKey)?.state === 'warm'
      const ready = await cache.ensure(modelKey, { providers: isWarm ? [] : await endpoints(), signal })
      const model = models.get(modelKey)
      // Where it runs changes once it was measured there.
      if (model?.state === 'warm') models.set(modelKey, toWarm(model, ready))
      return ready
    },
  }
}
