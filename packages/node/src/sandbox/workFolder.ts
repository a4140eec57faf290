import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pid } from 'node:process'

const pattern = /^worker-(\d+)-/

/** A folder for one worker, named after this process so that a later one knows what a killed one left. */
export function makeWorkFolder(workDir: string): string {
  mkdirSync(workDir, { recursive: true, mode: 0o700 })
  const dir = mkdtempSync(join(workDir, `worker-${pid}-`))
  chmodSync(dir, 0o755)
  return dir
}

/** Removes the folders of workers whose node is no more. */
export function removeLeftFolders(workDir: string): void {
  for (const name of readdirSync(workDir)) {
    const owner = pattern.exec(name)?.[1]
    if (owner !== undefined && !isAlive(Number(owner)))
      rmSync(join(workDir, name), { recursive: true, force: true })
  }
}

/** Another user's process may not be signalled, but it is there. */
export function isAlive(owner: number): boolean {
  try {
    process.kill(owner, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
