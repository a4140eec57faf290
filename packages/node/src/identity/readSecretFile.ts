import { open } from 'node:fs/promises'
import { KeyFileReadableError } from './keyFileReadable.ts'
import { KeyMissingError } from './keyMissing.ts'

const OTHERS = 0o077

/** Reads a file that only its owner may read; refuses one that others can. */
export async function readSecretFile(path: string): Promise<string> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new KeyMissingError(path)
    throw error
  })
  try {
    const { mode } = await handle.stat()
    if ((mode & OTHERS) !== 0) throw new KeyFileReadableError(path, { mode: mode & 0o777 })
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}
