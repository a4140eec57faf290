import { TokenizerInvalidError } from './errors.ts'

/** Reads a file of the model by its path in the manifest. */
export type ReadFile = (path: string) => Promise<Uint8Array>

export type TokenizerFiles = { tokenizer: string; config?: string }

const maxFileBytes = 64 * 1024 * 1024

/** Reads the files of a tokenizer as text; what they say is checked by the process that uses them. */
export async function readTokenizer(
  step: { tokenizer: string; config?: string | undefined },
  readFile: ReadFile,
): Promise<TokenizerFiles> {
  const tokenizer = await readText(step.tokenizer, readFile)
  return step.config === undefined
    ? { tokenizer }
    : { tokenizer, config: await readText(step.config, readFile) }
}

async function readText(path: string, readFile: ReadFile): Promise<string> {
  const bytes = await readFile(path)
  if (bytes.length === 0) throw new TokenizerInvalidError(path, 'is not there')
  if (bytes.length > maxFileBytes)
    throw new TokenizerInvalidError(path, `has ${bytes.length} bytes; the limit is ${maxFileBytes}`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new TokenizerInvalidError(path, 'is not UTF-8', cause)
  }
}
