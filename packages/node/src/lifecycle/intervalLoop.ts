import { setTimeout as sleep } from 'node:timers/promises'

export type IntervalLoopOptions = {
  intervalMs: number
  tick: (signal: AbortSignal) => Promise<void>
  /** Whatever a tick throws, unless the loop was stopped meanwhile; the loop goes on. */
  onError: (error: unknown) => void
  signal: AbortSignal
  now?: () => number
  wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

export type IntervalLoop = {
  /** Ticks as soon as the running tick is over, without waiting for the interval. */
  wake(): void
  /** Resolves when the loop has ended. */
  readonly done: Promise<void>
}

const quietly = (promise: Promise<unknown>): Promise<void> =>
  promise.then(
    () => undefined,
    () => undefined,
  )

const untilNext = (startedAt: number, now: number, intervalMs: number): number =>
  intervalMs - ((now - startedAt) % intervalMs)

/** Ticks at multiples of the interval; a slow tick misses beats, it never piles them up. */
export function intervalLoop({
  intervalMs,
  tick,
  onError,
  signal,
  now = () => performance.now(),
  wait = (ms, abort) => sleep(ms, undefined, { signal: abort, ref: false }),
}: IntervalLoopOptions): IntervalLoop {
  let woken = Promise.withResolvers<void>()

  const loop = async () => {
    const startedAt = now()
    while (!signal.aborted) {
      woken = Promise.withResolvers<void>()
      try {
        await tick(signal)
      } catch (error) {
        if (!signal.aborted) onError(error)
      }
      if (signal.aborted) return
      const nap = new AbortController()
      const either = AbortSignal.any([signal, nap.signal])
      await Promise.race([quietly(wait(untilNext(startedAt, now(), intervalMs), either)), woken.promise])
      nap.abort()
    }
  }

  return { wake: () => woken.resolve(), done: loop() }
}
