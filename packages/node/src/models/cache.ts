import { type BaseError, ModelManifest, refToCid, TensorSet } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import type { ContentStore } from '../content/contentStore.ts'
import { endpointsToProviders } from '../content/endpointsToProviders.ts'
import type { ExecutionProvider } from '../runtime/providers.ts'
import type { RuntimeLogger } from '../runtime/runtimeLogger.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'
import { checkGolden } from './checkGolden.ts'
import { ModelCacheClosedError, ModelCacheFullError, ModelGoldenMismatchError } from './errors.ts'
import { createModelDirectory, sizeOf } from './modelDirectory.ts'
import { createSharedTasks } from './sharedTasks.ts'

export type ReadyModel = {
  modelKey: string
  manifest: ModelManifest.ModelManifest
  dir: string
  entry: string
  bytes: number
  /** Execution providers on which every golden vector was met, in the pool's order; a job runs on one of these. */
  goldenPassed: readonly ExecutionProvider[]
  /** What runs it, where that is not the node's own runtime. */
  engine?: string
  /** Ends the in-use protection that `ensure` gave; until then the model is not evicted. */
  release(): void
}

export type ModelCacheOptions = {
  dir: string
  maxBytes: number
  content: ContentStore
  pool: WorkerPool
  logger: RuntimeLogger
  now?: () => number
}

export type EnsureOptions = {
  /** HTTP endpoints that may have the model's blocks. */
  providers?: readonly string[]
  signal?: AbortSignal
}

export type CachedModel = {
  modelKey: string
  name: string
  bytes: number
  pinned: boolean
  inUse: number
  usedAtMs: number
  goldenPassed: readonly string[]
}

export type ModelCache = {
  /** Downloads, verifies and golden-checks a model unless that was done; concurrent calls share one download. */
  ensure(modelKey: string, options?: EnsureOptions): Promise<ReadyModel>
  list(): readonly CachedModel[]
  /** A pinned model is never evicted; pinning one that is not there yet is allowed. */
  pin(modelKey: string): void
  unpin(modelKey: string): void
  close(): Promise<void>
}

type Entry = {
  modelKey: string
  manifest: ModelManifest.ModelManifest
  bytes: number
  inUse: number
  usedAtMs: number
  /** Undefined until the files were hashed and the golden vectors run in this process. */
  goldenPassed: readonly ExecutionProvider[] | undefined
}

type Task = { modelKey: string; providers: readonly string[]; signal: AbortSignal }

const goldenLimits = { maxBytes: 256 * 1024 * 1024 }

/** Models on disk by their key, at most `maxBytes` of them, the least recently used evicted first. */
export async function createModelCache(options: ModelCacheOptions): Promise<ModelCache> {
  const { maxBytes, content, pool, logger, now = Date.now } = options
  const directory = createModelDirectory(options.dir)
  const entries = new Map<string, Entry>()
  const reserved = new Map<string, number>()
  const pins = new Set<string>()
  const tasks = createSharedTasks<Entry>()
  let isClosed = false

  for (const stored of await directory.list()) {
    entries.set(stored.modelKey, { ...stored, inUse: 0, goldenPassed: undefined })
  }

  const fetchAll = (cid: string, { providers, signal }: Task) =>
    content.fetch(CID.parse(cid), { providers: endpointsToProviders(providers), signal })

  const prepare = async (task: Task): Promise<Entry> => {
    const known = entries.get(task.modelKey)
    if (known?.goldenPassed !== undefined) return known
    const isSound = known !== undefined && (await directory.isIntact(task.modelKey, known.manifest))
    const entry = isSound ? known : await download(task)
    entries.set(task.modelKey, entry)
    entry.goldenPassed = await passGolden(entry, task)
    return entry
  }

  const download = async (task: Task): Promise<Entry> => {
    const { modelKey, signal } = task
    entries.delete(modelKey)
    const cid = refToCid(modelKey as `0x${string}`)
    await fetchAll(cid, task)
    const manifest = ModelManifest.decode(await content.getBlock(CID.parse(cid)), modelKey as `0x${string}`)
    const bytes = sizeOf(manifest)
    await makeRoom(modelKey, bytes)
    reserved.set(modelKey, bytes)
    try {
      for (const file of manifest.files) await fetchAll(file.cid, task)
      await directory.install(modelKey, manifest, (file) => content.read(CID.parse(file.cid), { signal }))
    } finally {
      reserved.delete(modelKey)
    }
    logger.info({ modelKey, name: manifest.name, bytes }, 'model stored')
    return { modelKey, manifest, bytes, inUse: 0, usedAtMs: now(), goldenPassed: undefined }
  }

  const makeRoom = async (modelKey: string, bytes: number): Promise<void> => {
    const taken = () => [...[...entries.values()].map((entry) => entry.bytes), ...reserved.values()]
    const total = () => taken().reduce((sum, size) => sum + size, 0)
    while (total() + bytes > maxBytes) {
      const oldest = [...entries.values()].filter(isEvictable).sort((a, b) => a.usedAtMs - b.usedAtMs)[0]
      if (oldest === undefined) throw new ModelCacheFullError(modelKey, { bytes, maxBytes })
      entries.delete(oldest.modelKey)
      await directory.remove(oldest.modelKey)
      logger.info({ modelKey: oldest.modelKey, bytes: oldest.bytes }, 'model evicted')
    }
  }

  const isEvictable = ({ modelKey, inUse }: Entry): boolean =>
    inUse === 0 && !pins.has(modelKey) && !tasks.isRunning(modelKey)

  const passGolden = async (entry: Entry, task: Task): Promise<ExecutionProvider[]> => {
    const passed: ExecutionProvider[] = []
    const failures: BaseError[] = []
    const readTensors = async (cid: string) => {
      await fetchAll(cid, task)
      return TensorSet.decode(await readWhole(content, cid), goldenLimits)
    }
    for (const executionProvider of pool.executionProviders) {
      const model = toRunnable(entry, directory.pathOf(entry.modelKey))
      const { manifest } = entry
      const reason = await checkGolden({
        manifest,
        model,
        pool,
        executionProvider,
        readTensors,
        signal: task.signal,
      })
      if (reason === undefined) passed.push(executionProvider)
      else failures.push(new ModelGoldenMismatchError(entry.modelKey, executionProvider, reason))
    }
    for (const error of failures)
      logger.warn({ err: error, modelKey: entry.modelKey }, 'golden vectors not met')
    if (passed.length === 0 && failures[0] !== undefined) throw failures[0]
    return passed
  }

  const acquire = (entry: Entry): ReadyModel => {
    entry.inUse += 1
    entry.usedAtMs = now()
    let isReleased = false
    return {
      modelKey: entry.modelKey,
      manifest: entry.manifest,
      dir: directory.pathOf(entry.modelKey),
      entry: entry.manifest.entry,
      bytes: entry.bytes,
      goldenPassed: entry.goldenPassed ?? [],
      release() {
        if (!isReleased) entry.inUse -= 1
        isReleased = true
      },
    }
  }

  return {
    async ensure(modelKey, { providers = [], signal } = {}) {
      if (isClosed) throw new ModelCacheClosedError()
      const task = (shared: AbortSignal) => prepare({ modelKey, providers, signal: shared })
      let entry = await tasks.run(modelKey, task, signal)
      // Another model may have taken its place before this caller could protect it.
      while (!isClosed && entries.get(modelKey) !== entry) entry = await tasks.run(modelKey, task, signal)
      if (isClosed) throw new ModelCacheClosedError()
      const ready = acquire(entry)
      await directory.touch(modelKey, entry.usedAtMs)
      return ready
    },
    list: () =>
      [...entries.values()].map(({ modelKey, manifest, bytes, inUse, usedAtMs, goldenPassed = [] }) => ({
        modelKey,
        name: manifest.name,
        bytes,
        pinned: pins.has(modelKey),
        inUse,
        usedAtMs,
        goldenPassed,
      })),
    pin: (modelKey) => void pins.add(modelKey),
    unpin: (modelKey) => void pins.delete(modelKey),
    async close() {
      isClosed = true
      await tasks.cancelAll()
    },
  }
}

const toRunnable = ({ modelKey, manifest }: Entry, dir: string) => ({
  key: modelKey,
  dir,
  entry: manifest.entry,
  maxOutputBytes: manifest.maxima.outputBytes,
})

async function readWhole(content: ContentStore, cid: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of content.read(CID.parse(cid))) {
    bytes += part.length
    if (bytes > goldenLimits.maxBytes) break
    parts.push(part)
  }
  return Buffer.concat(parts)
}
