import type { ModelManifest } from '@dim/sdk'
import type { ContentStore } from '../content/contentStore.ts'
import type { RuntimeLogger } from '../runtime/pool.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'

export type ReadyModel = {
  modelKey: string
  manifest: ModelManifest.ModelManifest
  dir: string
  entry: string
  bytes: number
  /** Execution providers on which every golden vector was met. */
  goldenPassed: readonly string[]
  /** Ends the in-use protection that `ensure` gave; without it the model is never evicted. */
  release(): void
}

export type ModelCacheOptions = {
  dir: string
  maxBytes: number
  content: ContentStore
  pool: WorkerPool
  logger: RuntimeLogger
}

export type CachedModel = {
  modelKey: string
  name: string
  bytes: number
  pinned: boolean
  inUse: number
  lastUsedAtMs: number
}

export type ModelCache = {
  /** Downloads, verifies and golden-checks a model unless that was done; concurrent calls share one download. */
  ensure(
    modelKey: string,
    options?: { providers?: readonly string[]; signal?: AbortSignal },
  ): Promise<ReadyModel>
  list(): readonly CachedModel[]
  pin(modelKey: string): Promise<void>
  unpin(modelKey: string): Promise<void>
  close(): Promise<void>
}

export declare function createModelCache(options: ModelCacheOptions): Promise<ModelCache>
