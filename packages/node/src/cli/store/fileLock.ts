import { mkdir, rmdir, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const staleAfterMs = 30_000
const retryEveryMs = 20

/** Runs `action` while no other process holds the lock; a lock that a dead process left is taken over. */
export async function withFileLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  while (!(await tryLock(path))) await sleep(retryEveryMs)
  try {
    return await action()
  } finally {
    await rmdir(path)
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const since = await stat(path).then(
    (found) => found.mtimeMs,
    () => Date.now(),
  )
  if (Date.now() - since > staleAfterMs) await rmdir(path).catch(() => undefined)
  return false
}
