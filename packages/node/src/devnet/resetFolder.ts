import { readdir, rm } from 'node:fs/promises'
import { BaseError } from '@dim/sdk'
import { claimFolder } from './claimFolder.ts'

/** Everything in the folder would be lost, and nothing says that a devnet wrote it. */
export class NoDevnetFolderError extends BaseError {
  override readonly code = 'NO_DEVNET_FOLDER'

  constructor(dir: string) {
    super(`${dir} was not wiped: it does not look like the state folder of a devnet.`, {
      charged: 'Nothing was charged.',
      hint: 'Name the folder of a devnet with --state, or delete this one by hand.',
    })
  }
}

/** Wipes the state of a devnet that does not run; refuses any other folder. */
export async function resetFolder(dir: string, pid: number): Promise<void> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[]
    throw error
  })
  if (names.length === 0) return
  if (!names.includes('password') || !names.includes('logs')) throw new NoDevnetFolderError(dir)
  await claimFolder(dir, pid)
  await rm(dir, { recursive: true, force: true })
}
