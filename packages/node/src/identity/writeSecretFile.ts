import { randomUUID } from 'node:crypto'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { KeyExistsError } from './keyExists.ts'

async function writeSynced(path: string, text: string) {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Links, so that of two writers one wins and the other learns it. */
async function publishNew(temporary: string, path: string) {
  try {
    await link(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new KeyExistsError(path)
    throw error
  }
}

/** Writes a file of mode 0600 that is there as a whole or not at all; an existing one only when told so. */
export async function writeSecretFile(
  path: string,
  text: string,
  { replace }: { replace: boolean },
): Promise<void> {
  const directory = dirname(path)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const temporary = join(directory, `.${randomUUID()}.tmp`)
  try {
    await writeSynced(temporary, text)
    if (replace) await rename(temporary, path)
    else await publishNew(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
