import { readSecretFile } from './readSecretFile.ts'

/** The first line of a file that only its owner may read. */
export async function readPasswordFile(path: string): Promise<string> {
  const text = await readSecretFile(path)
  return text.split(/\r?\n/, 1)[0] ?? ''
}
