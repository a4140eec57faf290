import { PostprocessingError } from '../errors/postprocessing.ts'

/**
 * Reads a labels file: one label a line (a carriage return and an empty last line do not count), or a JSON array of texts.
 *
 * @param bytes The file, UTF-8.
 * @returns Labels in the order of the classes.
 * @throws `OUTPUT_NOT_READABLE` when the bytes are not UTF-8 or the JSON holds anything but texts.
 * @example const labels = readLabels(await readFile('labels.txt'))
 */
export function readLabels(bytes: Uint8Array): string[] {
  const text = readText(bytes)
  if (text.trimStart().startsWith('[')) {
    const list = readList(text)
    if (list !== undefined) return list
  }
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

function readText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new PostprocessingError('the labels are not UTF-8')
  }
}

/** `undefined` when the text is no JSON: a first label may well be "[". */
function readList(text: string): string[] | undefined {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
    throw new PostprocessingError('the labels are JSON, but no list of texts')
  }
  return list
}
