import { BaseError } from '@dim/sdk'
import type { Forecast } from '../provider/quoteDesk.ts'
import type { ServedModels } from '../provider/servedModels.ts'
import type { ResourceWatch } from '../resources/resourceWatch.ts'
import type { ProfileStore } from '../scheduler/profileStore.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'

export type ForecastOptions = {
  models: ServedModels
  scheduler: Pick<Scheduler, 'estimate' | 'status'>
  profiles: Pick<ProfileStore, 'get'>
  resources: Pick<ResourceWatch, 'assertFits'>
}

/** What a job that comes now is likely to take, by queue and profile, and whether the machine has what it needs. */
export function createForecast({ models, scheduler, profiles, resources }: ForecastOptions): Forecast {
  const shortageOf = (
    modelKey: string,
    executionProvider: string,
    inputBytes: number,
  ): string | undefined => {
    const isLoaded = scheduler.status().workers.some((worker) => worker.models.includes(modelKey))
    const memoryBytes = profiles.get(modelKey, executionProvider)?.memoryBytes ?? 0
    try {
      resources.assertFits(modelKey, { memoryBytes, isLoaded, executionProvider, diskBytes: 2 * inputBytes })
      return undefined
    } catch (error) {
      if (error instanceof BaseError) return error.shortMessage.replace(/\.$/, '')
      throw error
    }
  }

  return ({ modelKey, inputBytes }) => {
    const executionProvider = models.get(modelKey)?.executionProviders[0] ?? 'cpu'
    const { waitMs, runMs } = scheduler.estimate({ modelKey, executionProvider, inputBytes })
    const isLoaded = scheduler.status().workers.some((worker) => worker.models.includes(modelKey))
    const loadMs = isLoaded ? 0 : (profiles.get(modelKey, executionProvider)?.loadMs ?? 0)
    return {
      expectedMs: waitMs + loadMs + runMs,
      shortage: shortageOf(modelKey, executionProvider, inputBytes),
    }
  }
}
