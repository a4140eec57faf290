export type SharedOrAlone = {
  /** Runs beside other shared work. */
  shared<T>(work: () => Promise<T>): Promise<T>
  /** Runs when nothing else does; what comes later waits for it. */
  alone<T>(work: () => Promise<T>): Promise<T>
}

/** Many readers or one writer, in the order of the calls. */
export function sharedOrAlone(): SharedOrAlone {
  let lastAlone: Promise<unknown> = Promise.resolve()
  const active = new Set<Promise<unknown>>()

  const settled = (promise: Promise<unknown>) =>
    promise.then(
      () => {},
      () => {},
    )

  return {
    shared(work) {
      const result = lastAlone.then(work)
      const ended = settled(result)
      active.add(ended)
      void ended.then(() => active.delete(ended))
      return result
    },
    alone(work) {
      const before = Promise.all([lastAlone, ...active])
      const result = before.then(work)
      lastAlone = settled(result)
      return result
    },
  }
}
