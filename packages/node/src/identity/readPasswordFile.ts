import { stat } from 'node:fs/promises'
import { PasswordFileMissingError } from './passwordFileMissing.ts'
import { readSecretFile } from './readSecretFile.ts'

/** The first line of a file that only its owner may read. */
export async function readPasswordFile(path: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (!found?.isFile()) throw new PasswordFileMissingError(path)
  const text = await readSecretFile(path)
  return text.split(/\r?\n/, 1)[0] ?? ''
}
