import { ModelManifest, refToCid, TensorSet } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import type { ContentStore } from '../content/contentStore.ts'
import { endpointsToProviders } from '../content/endpointsToProviders.ts'
import type { EnsureOptions, ModelCache, ReadyModel } from '../models/cache.ts'
import { createSharedTasks } from '../models/sharedTasks.ts'
import type { RuntimeLogger } from '../runtime/runtimeLogger.ts'
import { assertInterface } from './assertInterface.ts'
import { checkEngineGolden } from './checkEngineGolden.ts'
import type { Engine, Engines } from './engines.ts'
import { BackendGoldenMismatchError, EngineMissingError } from './errors.ts'

/** A model that an engine runs; its weights lie there, so that nothing but the manifest and the golden vectors is fetched. */
export type EngineModel = { modelKey: string; manifest: ModelManifest.ModelManifest; engine: Engine }

export type EngineModelsOptions = {
  engines: Engines
  cache: ModelCache
  content: ContentStore
  logger: RuntimeLogger
}

export type EngineModels = {
  /** The cache with the models of engines in it: those are ready once interface and golden vectors were checked there. */
  cache: ModelCache
  /** The engine of a model that was ready once: a run that has begun ends there, well or with its code. */
  get(modelKey: string): EngineModel | undefined
  /** Takes out the models whose engine is not ready any more: it has to pass its golden vectors again. */
  dropUnready(signal: AbortSignal): Promise<readonly DroppedModel[]>
}

export type DroppedModel = { modelKey: string; reason: string }

const manifestTimeoutMs = 30_000

/** A manifest and a golden vector are small; what is larger is neither. */
const maxFetchBytes = 256 * 1024 * 1024

/** Joins the models of engines to those of the cache. */
export function createEngineModels({ engines, cache, content, logger }: EngineModelsOptions): EngineModels {
  const ready = new Map<string, EngineModel>()
  const checked = new Map<string, EngineModel>()
  const manifests = new Map<string, ModelManifest.ModelManifest>()
  const pins = new Set<string>()
  const tasks = createSharedTasks<EngineModel>()

  const fetchAll = (cid: CID, { providers = [], signal }: EnsureOptions) =>
    content.fetch(cid, {
      providers: endpointsToProviders(providers),
      signal: signal ?? AbortSignal.timeout(manifestTimeoutMs),
      maxBytes: BigInt(maxFetchBytes),
    })

  const readManifest = async (modelKey: string, options: EnsureOptions) => {
    const known = manifests.get(modelKey)
    if (known !== undefined) return known
    const cid = CID.parse(refToCid(modelKey as `0x${string}`))
    await fetchAll(cid, options)
    const manifest = ModelManifest.decode(await content.getBlock(cid), modelKey as `0x${string}`)
    manifests.set(modelKey, manifest)
    return manifest
  }

  const readTensors = async (cid: CID, options: EnsureOptions): Promise<TensorSet.TensorSet> => {
    await fetchAll(cid, options)
    const parts: Uint8Array[] = []
    for await (const part of content.read(cid)) parts.push(part)
    return TensorSet.decode(Buffer.concat(parts), { maxBytes: maxFetchBytes })
  }

  const prepare = async (model: EngineModel, options: EnsureOptions): Promise<EngineModel> => {
    const { modelKey, manifest, engine } = model
    const { config, backend } = engine
    const described = await backend.describe(config.model, options.signal)
    assertInterface(config.model, manifest, described, { isScalarFine: backend.kind === 'openai' })
    const reason = await checkEngineGolden({
      ...{ modelKey, manifest, engine },
      readTensors: (cid) => readTensors(CID.parse(cid), options),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    if (reason !== undefined) throw new BackendGoldenMismatchError(config.model, reason)
    ready.set(modelKey, model)
    checked.set(modelKey, model)
    logger.info({ modelKey, name: manifest.name, kind: backend.kind, model: config.model }, 'engine is ready')
    return model
  }

  const ensure = async (modelKey: string, options: EnsureOptions = {}): Promise<ReadyModel> => {
    const known = ready.get(modelKey)
    if (known !== undefined) return toReady(known)
    if (cache.list().some((stored) => stored.modelKey === modelKey)) return cache.ensure(modelKey, options)
    const manifest = await readManifest(modelKey, options)
    const engine = engines.find(modelKey, manifest)
    if (engine !== undefined) {
      const task = (signal: AbortSignal) => prepare({ modelKey, manifest, engine }, { ...options, signal })
      return toReady(await tasks.run(modelKey, task, options.signal))
    }
    if (manifest.format !== 'onnx') throw new EngineMissingError(modelKey, manifest.format)
    return cache.ensure(modelKey, options)
  }

  const dropUnready = async (signal: AbortSignal): Promise<readonly DroppedModel[]> => {
    const looked = [...ready.values()].map(async ({ modelKey, engine }) => {
      const health = await engine.backend.health({ model: engine.config.model, signal })
      if (health.state === 'ready') return []
      ready.delete(modelKey)
      logger.warn({ modelKey, code: health.code, reason: health.reason }, 'engine is not ready any more')
      return [{ modelKey, reason: `${health.code}: its engine is not ready` }]
    })
    return (await Promise.all(looked)).flat()
  }

  const isEngines = (modelKey: string) => ready.has(modelKey)

  return {
    get: (modelKey) => checked.get(modelKey),
    dropUnready,
    cache: {
      ensure,
      list: () => [...cache.list(), ...[...ready.values()].map((model) => toCached(model, pins))],
      pin: (modelKey) => void (isEngines(modelKey) ? pins.add(modelKey) : cache.pin(modelKey)),
      unpin: (modelKey) => void (isEngines(modelKey) ? pins.delete(modelKey) : cache.unpin(modelKey)),
      async close() {
        await tasks.cancelAll()
        await cache.close()
      },
    },
  }
}

const toReady = ({ modelKey, manifest, engine }: EngineModel): ReadyModel => ({
  ...{ modelKey, manifest, dir: '', entry: manifest.entry, bytes: 0, goldenPassed: [] },
  engine: engine.backend.kind,
  release: () => undefined,
})

const toCached = ({ modelKey, manifest, engine }: EngineModel, pins: ReadonlySet<string>) => ({
  ...{ modelKey, name: manifest.name, bytes: 0, pinned: pins.has(modelKey), inUse: 0, usedAtMs: 0 },
  goldenPassed: [engine.backend.kind],
})
