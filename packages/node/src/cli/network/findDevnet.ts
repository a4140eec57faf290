import { dirname, join } from 'node:path'
import { type DevnetState, readDevnetState } from '../../devnet/devnetState.ts'
import { repository } from '../../devnet/repository.ts'

export type FoundDevnet = { dir: string; state: DevnetState }

/** The devnet of the folder or of one above it, else that of the clone from which this program runs. */
export async function findDevnet(cwd: string): Promise<FoundDevnet | undefined> {
  for (const dir of [...ancestors(cwd).map((folder) => join(folder, '.devnet')), repository.stateDir]) {
    const state = await readDevnetState(dir)
    if (state !== undefined) return { dir, state }
  }
  return undefined
}

function ancestors(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...ancestors(parent)]
}
