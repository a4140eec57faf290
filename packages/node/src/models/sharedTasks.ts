/** Runs at most one task per key; callers of the same key share it, and it is cancelled when the last of them gives up. */
export type SharedTasks<T> = {
  run(key: string, task: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>
  isRunning(key: string): boolean
  /** Cancels everything and waits for it to end. */
  cancelAll(): Promise<void>
}

type Shared<T> = { result: Promise<T>; controller: AbortController; waiters: number }

export function createSharedTasks<T>(): SharedTasks<T> {
  const running = new Map<string, Shared<T>>()

  const join = (key: string, task: (signal: AbortSignal) => Promise<T>): Shared<T> => {
    const known = running.get(key)
    if (known !== undefined && !known.controller.signal.aborted) return known
    const controller = new AbortController()
    const shared: Shared<T> = { controller, waiters: 0, result: task(controller.signal) }
    running.set(key, shared)
    const forget = () => {
      if (running.get(key) === shared) running.delete(key)
    }
    shared.result.then(forget, forget)
    return shared
  }

  return {
    async run(key, task, signal) {
      signal?.throwIfAborted()
      const shared = join(key, task)
      shared.waiters += 1
      const abort = Promise.withResolvers<never>()
      const onAbort = () => abort.reject(signal?.reason)
      signal?.addEventListener('abort', onAbort, { once: true })
      try {
        return await Promise.race([shared.result, abort.promise])
      } finally {
        signal?.removeEventListener('abort', onAbort)
        shared.waiters -= 1
        if (shared.waiters === 0) shared.controller.abort(signal?.reason)
      }
    },
    isRunning: (key) => running.has(key),
    async cancelAll() {
      const all = [...running.values()]
      for (const { controller } of all) controller.abort()
      await Promise.allSettled(all.map(({ result }) => result))
    },
  }
}
