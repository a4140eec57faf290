import { type KeyFile, keyFileSchema } from './keyFile.ts'
import { KeystoreInvalidError } from './keystoreInvalid.ts'

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the text, which may be a plain key: it must not travel as a cause.
    return undefined
  }
}

/** Parses the text of a key file; the error names the file, never its content. */
export function parseKeyFile(text: string, path: string): KeyFile {
  const parsed = keyFileSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new KeystoreInvalidError(path, { reason: 'it is not a Web3 Secret Storage file (version 3, scrypt)' })
}
