import { ResourcesExhaustedError } from './errors.ts'
import { findShortage, type Limits, type Need } from './findShortage.ts'
import type { Gpu } from './gpu.ts'
import { readGpus } from './readGpus.ts'
import { readResources } from './readResources.ts'
import type { Resources } from './resources.ts'

export type ResourceWatch = {
  /** As read last; undefined before the first reading. */
  readonly current: Resources | undefined
  /** Reads again; the tools of graphics processors are asked only every so often, because each is a process. */
  refresh(): Promise<Resources>
  /** Throws `RESOURCES_EXHAUSTED` with what is too little. */
  assertFits(modelKey: string, need: Need): void
}

export type ResourceWatchOptions = {
  /** Whose disk counts. */
  dir: string
  limits: Limits
  gpuEveryMs?: number
  nowMs?: () => number
}

/** Knows what the machine has, and refuses what does not fit. */
export function createResourceWatch(options: ResourceWatchOptions): ResourceWatch {
  const { dir, limits, gpuEveryMs = 60_000, nowMs = () => performance.now() } = options
  let current: Resources | undefined
  let gpus: readonly Gpu[] | undefined
  let gpusReadAt = Number.NEGATIVE_INFINITY

  return {
    get current() {
      return current
    },
    async refresh() {
      if (gpus === undefined || nowMs() - gpusReadAt >= gpuEveryMs) {
        gpusReadAt = nowMs()
        gpus = await readGpus()
      }
      current = await readResources(dir, gpus)
      return current
    },
    assertFits(modelKey, need) {
      if (current === undefined) return
      const shortage = findShortage(need, current, limits)
      if (shortage !== undefined) throw new ResourcesExhaustedError(modelKey, shortage)
    },
  }
}
