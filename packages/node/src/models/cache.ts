import { statfs } from 'node:fs/promises'
import { BaseError, type ModelManifest } from '@dim/sdk'
import type { ContentStore } from '../content/contentStore.ts'
import { DiskFullError } from '../errors/diskFull.ts'
import type { ExecutionProvider } from '../runtime/providers.ts'
import type { RuntimeLogger } from '../runtime/runtimeLogger.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'
import { assertManifestTrue } from './assertManifestTrue.ts'
import { checkGolden, type GoldenReport, type RefusedProvider } from './checkGolden.ts'
import { ModelCacheClosedError, ModelCacheFullError } from './errors.ts'
import { fastestFirst } from './fastestFirst.ts'
import { createModelContent, type ModelSource } from './modelContent.ts'
import { createModelDirectory, sizeOf } from './modelDirectory.ts'
import { createSharedTasks } from './sharedTasks.ts'

export type ReadyModel = {
  modelKey: string
  manifest: ModelManifest.ModelManifest
  dir: string
  entry: string
  bytes: number
  /** Execution providers on which every golden vector was met, the fastest first once they are measured; a job runs on the first. */
  goldenPassed: readonly ExecutionProvider[]
  /** Where it is not run, and why. */
  refused?: readonly RefusedProvider[]
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
  /** Measured milliseconds of a run: jobs run where it is fastest of what passed. */
  runMsOf?: (modelKey: string, executionProvider: ExecutionProvider) => number | undefined
  /** Bytes that may still be written where the models lie. */
  freeBytes?: () => Promise<number>
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
  golden: GoldenReport | undefined
}

/** Left alone, so that the rest of the node can still write. */
const SPARE_BYTES = 64 * 1024 * 1024

/** What comes again the same if it is fetched again, and only takes room. */
const REFUSED = ['CONTENT_TOO_LARGE', 'MODEL_FILE_MISMATCH', 'DISK_FULL']

/** Models on disk by their key, at most `maxBytes` of them, the least recently used evicted first. */
export async function createModelCache(options: ModelCacheOptions): Promise<ModelCache> {
  const { maxBytes, pool, logger, now = Date.now } = options
  const freeBytes =
    options.freeBytes ?? (() => statfs(options.dir).then(({ bavail, bsize }) => bavail * bsize))
  const content = createModelContent(options.content)
  const directory = createModelDirectory(options.dir)
  const entries = new Map<string, Entry>()
  const reserved = new Map<string, number>()
  const pins = new Set<string>()
  const tasks = createSharedTasks<Entry>()
  let isClosed = false

  for (const stored of await directory.list()) {
    entries.set(stored.modelKey, { ...stored, inUse: 0, golden: undefined })
  }

  const prepare = async (task: ModelSource): Promise<Entry> => {
    const known = entries.get(task.modelKey)
    if (known?.golden !== undefined) return known
    const isSound = known !== undefined && (await directory.isIntact(task.modelKey, known.manifest))
    const entry = isSound ? known : await download(task)
    entries.set(task.modelKey, entry)
    await assertManifestTrue(entry.manifest, directory.pathOf(task.modelKey))
    entry.golden = await passGolden(entry, task)
    return entry
  }

  const download = async (task: ModelSource): Promise<Entry> => {
    const { modelKey, signal } = task
    const isKnown = entries.delete(modelKey)
    const manifest = await content.fetchManifest(task)
    const bytes = sizeOf(manifest)
    await makeRoom(modelKey, bytes)
    reserved.set(modelKey, bytes)
    try {
      const fetched = await content.fetchFiles(manifest, task)
      // It was published or uploaded here: what is evicted may be the only copy.
      if (fetched === 0 && !isKnown) await content.pin(modelKey, manifest)
      await directory.install(modelKey, manifest, (file) => content.read(file, signal))
    } catch (error) {
      if (error instanceof BaseError && REFUSED.includes(error.code))
        await content.drop(modelKey, manifest, entries)
      throw error
    } finally {
      reserved.delete(modelKey)
    }
    logger.info({ modelKey, name: manifest.name, bytes }, 'model stored')
    return { modelKey, manifest, bytes, inUse: 0, usedAtMs: now(), golden: undefined }
  }

  const evictOldest = async (): Promise<boolean> => {
    const oldest = [...entries.values()].filter(isEvictable).sort((a, b) => a.usedAtMs - b.usedAtMs)[0]
    if (oldest === undefined) return false
    entries.delete(oldest.modelKey)
    await directory.remove(oldest.modelKey)
    await content.drop(oldest.modelKey, oldest.manifest, entries)
    logger.info({ modelKey: oldest.modelKey, bytes: oldest.bytes }, 'model evicted')
    return true
  }

  const makeRoom = async (modelKey: string, bytes: number): Promise<void> => {
    const taken = () => [...[...entries.values()].map((entry) => entry.bytes), ...reserved.values()]
    const total = () => taken().reduce((sum, size) => sum + size, 0)
    while (total() + bytes > maxBytes)
      if (!(await evictOldest())) throw new ModelCacheFullError(modelKey, { bytes, maxBytes })
    // As blocks, from which others fetch it, and as files, from which workers run it.
    const wanted = 2 * bytes + SPARE_BYTES
    for (let free = await freeBytes(); free < wanted; free = await freeBytes())
      if (!(await evictOldest()))
        throw new DiskFullError(`model ${modelKey}`, {
          details: `${free} bytes are free, ${wanted} are needed`,
        })
  }

  const isEvictable = ({ modelKey, inUse }: Entry): boolean =>
    inUse === 0 && !pins.has(modelKey) && !tasks.isRunning(modelKey)

  const passGolden = async (entry: Entry, task: ModelSource): Promise<GoldenReport> => {
    const { modelKey, manifest } = entry
    const report = await checkGolden({
      manifest,
      model: toRunnable(entry, directory.pathOf(modelKey)),
      pool,
      readTensors: (cid) => content.fetchTensors(cid, task),
      signal: task.signal,
    })
    const { passed, refused } = report
    for (const { executionProvider, error } of refused)
      logger.warn({ err: error, modelKey, executionProvider }, 'model is not run on this execution provider')
    // The CPU is tried last, and what fails there is the model's own fault.
    const fault = refused.at(-1)?.error
    if (passed.length === 0 && fault !== undefined) throw fault
    return report
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
      goldenPassed: fastestFirst(entry.golden?.passed ?? [], (on) => options.runMsOf?.(entry.modelKey, on)),
      refused: entry.golden?.refused ?? [],
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
      [...entries.values()].map(({ modelKey, manifest, bytes, inUse, usedAtMs, golden }) => ({
        modelKey,
        name: manifest.name,
        bytes,
        pinned: pins.has(modelKey),
        inUse,
        usedAtMs,
        goldenPassed: golden?.passed ?? [],
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
