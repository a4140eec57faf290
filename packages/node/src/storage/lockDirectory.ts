import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pid } from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { DataDirInUseError } from './dataDirInUse.ts'

export type DirectoryLock = { release(): void }

async function readHolder(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/**
 * Takes a directory for this process alone. The lock is one that the kernel drops when the process dies, so that
 * a SIGKILL leaves nothing to clean up; the file with the pid only serves the error message.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const holder = join(directory, 'lock.pid')
  const lock = new SqliteDatabase(join(directory, 'lock.db'), { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch {
    lock.close()
    throw new DataDirInUseError(directory, { pid: await readHolder(holder) })
  }
  await writeFile(holder, String(pid))
  return { release: () => lock.close() }
}
