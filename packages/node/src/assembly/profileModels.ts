import { type ModelManifest, TensorSet } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import type { Logger } from 'pino'
import type { Hex } from 'viem'
import type { ContentStore } from '../content/contentStore.ts'
import type { ReadyModel } from '../models/cache.ts'
import type { ServedModels } from '../provider/servedModels.ts'
import { type ExecutionProvider, isExecutionProvider } from '../runtime/providers.ts'
import { measureProfile } from '../scheduler/measureProfile.ts'
import type { ProfileStore } from '../scheduler/profileStore.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'

const mostGoldenBytes = 64 * 1_048_576

export type ProfileModelsOptions = {
  models: ServedModels
  content: ContentStore
  scheduler: Scheduler
  profiles: ProfileStore
  profileOptions: string
  timeoutMs: number
  logger: Logger
}

/** Measures warm models that were not measured on this machine yet, behind all paid work, and keeps them loaded. */
export function createModelProfiler(options: ProfileModelsOptions) {
  const { models, content, scheduler, profiles, profileOptions, timeoutMs, logger } = options
  const tried = new Set<string>()

  const measure = async (ready: ReadyModel, executionProvider: ExecutionProvider, signal: AbortSignal) => {
    const { manifest, modelKey, dir, entry } = ready
    const [golden] = manifest.golden
    if (golden === undefined) return
    const profile = await measureProfile({
      pool: { run: (request) => scheduler.run({ ...request, priority: 'low' }), status: scheduler.status },
      model: { key: modelKey, dir, entry, maxOutputBytes: manifest.maxima.outputBytes * 16 },
      executionProvider,
      options: profileOptions,
      ports: toPorts(manifest),
      inputs: await readTensors(content, golden.inputs),
      tolerance: manifest.tolerance,
      timeoutMs,
      signal,
    })
    await profiles.put(profile)
    logger.info({ ...profile, name: manifest.name }, 'model measured')
  }

  const measureAll = async (modelKey: Hex, signal: AbortSignal) => {
    const ready = await models.acquire(modelKey, signal)
    try {
      for (const on of ready.goldenPassed.filter(isExecutionProvider))
        if (profiles.get(modelKey, on) === undefined) await measure(ready, on, signal)
    } finally {
      ready.release()
    }
  }

  /** Keeps it loaded on the provider that turned out to be the fastest. */
  const profileOne = async (modelKey: Hex, signal: AbortSignal) => {
    await measureAll(modelKey, signal)
    const { dir, entry, goldenPassed, release } = await models.acquire(modelKey, signal)
    release()
    const [fastest] = goldenPassed.filter(isExecutionProvider)
    const on = fastest === undefined ? {} : { executionProvider: fastest }
    scheduler.pin({ model: { key: modelKey, dir, entry }, ...on })
  }

  return async function profileModels(signal: AbortSignal): Promise<void> {
    for (const { modelKey, state, executionProviders: passed } of models.list()) {
      if (state !== 'warm' || tried.has(modelKey) || !passed.some(isExecutionProvider)) continue
      tried.add(modelKey)
      try {
        await profileOne(modelKey, signal)
      } catch (error) {
        tried.delete(modelKey)
        if (signal.aborted) return
        logger.warn({ modelKey, err: error }, 'model could not be measured; it is tried again')
      }
    }
    await scheduler.prewarm()
  }
}

const toPorts = ({ inputs, outputs }: ModelManifest.ModelManifest) => ({ inputs, outputs })

async function readTensors(content: ContentStore, cid: string): Promise<TensorSet.TensorSet> {
  const parts: Uint8Array[] = []
  for await (const part of content.read(CID.parse(cid))) parts.push(part)
  return TensorSet.decode(Buffer.concat(parts), { maxBytes: mostGoldenBytes })
}
