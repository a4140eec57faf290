export type BoundedQueue<T> = {
  /** False when the queue is full or stopped: the item was not taken. */
  push(item: T): boolean
  readonly size: number
  readonly running: number
  readonly room: number
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>
}

export type BoundedQueueOptions<T> = {
  /** Most items that wait. */
  limit: number
  /** Most items worked on at the same time. */
  concurrency: number
  work: (item: T) => Promise<void>
  /** Whatever `work` throws; the queue goes on. */
  onError: (error: unknown, item: T) => void
  /** After abort nothing more starts and what waits is dropped. */
  signal: AbortSignal
}

/** A first-in-first-out queue whose limits and overflow are explicit. */
export function boundedQueue<T>({
  limit,
  concurrency,
  work,
  onError,
  signal,
}: BoundedQueueOptions<T>): BoundedQueue<T> {
  const waiting: T[] = []
  const sleepers: (() => void)[] = []
  let running = 0

  const finish = () => {
    if (running > 0 || waiting.length > 0) return
    for (const wake of sleepers.splice(0)) wake()
  }
  const runOne = async (item: T) => {
    running++
    try {
      await work(item)
    } catch (error) {
      onError(error, item)
    } finally {
      running--
      fill()
    }
  }
  const fill = () => {
    while (!signal.aborted && running < concurrency && waiting.length > 0) {
      const item = waiting.shift() as T
      void runOne(item)
    }
    finish()
  }
  signal.addEventListener('abort', () => {
    waiting.length = 0
    finish()
  })

  return {
    push(item) {
      const room = running < concurrency || waiting.length < limit
      if (signal.aborted || !room) return false
      waiting.push(item)
      fill()
      return true
    },
    get size() {
      return waiting.length
    },
    get running() {
      return running
    },
    get room() {
      return Math.max(0, limit + concurrency - running - waiting.length)
    },
    idle: () =>
      running === 0 && waiting.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => sleepers.push(resolve)),
  }
}
