/** Runs tasks of one key one after another, those of different keys side by side. */
export type KeyedLock = <T>(key: string, task: () => Promise<T>) => Promise<T>

/** Makes a lock for this process; a task that fails lets the next one run. */
export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>()
  return (key, task) => {
    const before = tails.get(key) ?? Promise.resolve()
    const run = before.then(task, task)
    // Who waits only needs to know that it is over; the failure itself goes to who asked for the task.
    const tail = run.then(
      () => undefined,
      () => undefined,
    )
    tails.set(key, tail)
    void tail.then(() => tails.get(key) === tail && tails.delete(key))
    return run
  }
}
