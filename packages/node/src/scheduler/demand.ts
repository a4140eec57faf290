import type { LoadRequest } from '../runtime/workerPool.ts'

/** Half of what was asked for so long ago still counts. */
const halfLifeMs = 30_000
const mostModels = 256
/** Room for what comes unevenly. */
const reserve = 1.3

type Wanted = { request: LoadRequest; busyMs: number; atMs: number; isPinned: boolean }

export type Demand = {
  note(request: LoadRequest, estimatedMs: number, nowMs: number): void
  pin(request: LoadRequest, nowMs: number): void
  unpin(modelKey: string): void
  /** Models, the most wanted first, with the number of workers that should hold each. */
  wanted(nowMs: number, workers: number): { request: LoadRequest; workers: number }[]
}

/** What is asked for lately, as milliseconds of work per model: what is wanted is loaded before it is asked for again. */
export function createDemand(): Demand {
  const models = new Map<string, Wanted>()

  const faded = ({ busyMs, atMs }: Wanted, nowMs: number) => busyMs * 0.5 ** ((nowMs - atMs) / halfLifeMs)

  const entry = (request: LoadRequest, nowMs: number): Wanted => {
    const known = models.get(request.model.key)
    if (known !== undefined) return known
    if (models.size >= mostModels) {
      const oldest = [...models]
        .filter(([, { isPinned }]) => !isPinned)
        .sort(([, a], [, b]) => a.atMs - b.atMs)[0]
      if (oldest !== undefined) models.delete(oldest[0])
    }
    const made: Wanted = { request, busyMs: 0, atMs: nowMs, isPinned: false }
    models.set(request.model.key, made)
    return made
  }

  return {
    note(request, estimatedMs, nowMs) {
      const wanted = entry(request, nowMs)
      wanted.busyMs = faded(wanted, nowMs) + estimatedMs
      wanted.atMs = nowMs
    },
    pin(request, nowMs) {
      const wanted = entry(request, nowMs)
      wanted.request = request
      wanted.isPinned = true
    },
    unpin(modelKey) {
      const wanted = models.get(modelKey)
      if (wanted !== undefined) wanted.isPinned = false
    },
    wanted(nowMs, workers) {
      const windowMs = halfLifeMs / Math.LN2
      return [...models.values()]
        .map((model) => ({ model, share: (faded(model, nowMs) / windowMs) * reserve }))
        .filter(({ model, share }) => model.isPinned || share > 0.01)
        .sort((a, b) => Number(b.model.isPinned) - Number(a.model.isPinned) || b.share - a.share)
        .map(({ model, share }) => ({
          request: model.request,
          workers: Math.min(workers, Math.max(1, Math.ceil(share))),
        }))
    },
  }
}
