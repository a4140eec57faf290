import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Path and content of the devnet's password file, mode 0600: made once, random. */
export async function devPassword(dir: string): Promise<{ path: string; password: string }> {
  const path = join(dir, 'password')
  await writeFile(path, `${randomBytes(24).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  return { path, password: (await readFile(path, 'utf8')).trim() }
}
