import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { kill } from 'node:process'
import { DevnetRunningError } from './devnetRunning.ts'

/** Takes the state folder for this process; answers how to give it back. */
export async function claimFolder(dir: string, pid: number): Promise<() => Promise<void>> {
  await mkdir(join(dir, 'logs'), { recursive: true, mode: 0o700 })
  const path = join(dir, 'devnet.pid')
  const other = Number(await readFile(path, 'utf8').catch(() => '0'))
  if (other > 0 && other !== pid && isAlive(other)) throw new DevnetRunningError(dir, other)
  await rm(path, { force: true })
  await writeFile(path, `${pid}\n`, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new DevnetRunningError(dir, other)
    throw error
  })
  return () => rm(path, { force: true })
}

function isAlive(pid: number): boolean {
  try {
    kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
