import { setImmediate as nextTurn } from 'node:timers/promises'

type Closer = { name: string; close: () => unknown }
type Failure = { name: string; error: unknown }

export type ShutdownReport = { failures: readonly Failure[]; timedOut: readonly string[] }

export type ShutdownStack = {
  readonly signal: AbortSignal
  /** Registers how `resource` is closed and returns it; closers run in reverse order. */
  defer<T>(resource: T, close: (resource: T) => unknown, name?: string): T
  /** Aborts the signal, then unwinds; the same promise for every caller. Never rejects. */
  run(): Promise<ShutdownReport>
}

const settled = async (closer: Closer): Promise<Failure | undefined> => {
  try {
    await closer.close()
    return undefined
  } catch (error) {
    return { name: closer.name, error }
  }
}

async function unwind(closers: Closer[], deadline: Promise<'late'>): Promise<ShutdownReport> {
  const failures: Failure[] = []
  const timedOut: string[] = []
  for (let closer = closers.pop(); closer; closer = closers.pop()) {
    // Once late, the rest is still called and has one turn of the event loop, so that a part that hangs
    // cannot keep the storage open.
    const late = deadline.then((outcome) => nextTurn(outcome))
    const outcome = await Promise.race([settled(closer), late])
    if (outcome === 'late') timedOut.push(closer.name)
    else if (outcome) failures.push(outcome)
  }
  return { failures, timedOut }
}

/** Shutdown is a stack with a deadline: abort first, then unwind in reverse. */
export function shutdownStack({ deadlineMs }: { deadlineMs: number }): ShutdownStack {
  const controller = new AbortController()
  const closers: Closer[] = []
  let running: Promise<ShutdownReport> | undefined

  const start = async (): Promise<ShutdownReport> => {
    controller.abort()
    const late = Promise.withResolvers<'late'>()
    const timer = setTimeout(() => late.resolve('late'), deadlineMs)
    try {
      return await unwind(closers, late.promise)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    signal: controller.signal,
    defer(resource, close, name = `part ${closers.length + 1}`) {
      closers.push({ name, close: () => close(resource) })
      return resource
    },
    run: () => {
      running ??= start()
      return running
    },
  }
}
