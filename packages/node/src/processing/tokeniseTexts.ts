import { type ModelManifest, TensorSet, type TextSpec } from '@dim/sdk'
import { InputFileInvalidError } from '../models/errors.ts'
import { type ReadFile, readTokenizer } from './readTokenizer.ts'
import { runTokenizer, type TokenizerLimits } from './runTokenizer.ts'
import type { EncodedTexts } from './tokenizerMessages.ts'

export type TokeniseOptions = {
  ports: readonly ModelManifest.Port[]
  readFile: ReadFile
  limits?: TokenizerLimits
}

const maxTextBytes = 4 * 1024 * 1024
const maxTexts = 1024

/** Makes the tensors of a manifest's `text` step: ids, and if it names them the mask and the segments. */
export async function tokeniseTexts(
  texts: readonly string[],
  spec: TextSpec,
  { ports, readFile, limits }: TokeniseOptions,
): Promise<TensorSet.TensorSet> {
  assertBounded(texts)
  const request = {
    kind: 'encode',
    ...(await readTokenizer(spec, readFile)),
    texts,
    addSpecialTokens: spec.addSpecialTokens ?? true,
  } as const
  const encoded = await runTokenizer(spec.tokenizer, request, limits)
  const columns = padded(encoded, widthOf(encoded, spec))
  const tensor = (name: string, rows: readonly number[][]) => {
    const dtype = ports.find((port) => port.name === name)?.dtype ?? 'int64'
    return [name, TensorSet.fromNumbers(dtype, rows.flat(), [rows.length, rows[0]?.length ?? 0])] as const
  }
  return Object.fromEntries([
    tensor(spec.input, columns.ids),
    ...(spec.attentionMask === undefined ? [] : [tensor(spec.attentionMask, columns.mask)]),
    ...(spec.tokenTypes === undefined ? [] : [tensor(spec.tokenTypes, columns.types)]),
  ])
}

function assertBounded(texts: readonly string[]): void {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (texts.length === 0) throw new InputFileInvalidError('text', 'it holds no text')
  if (texts.length > maxTexts)
    throw new InputFileInvalidError('text', `it holds ${texts.length} texts; the limit is ${maxTexts}`)
  if (bytes > maxTextBytes)
    throw new InputFileInvalidError('text', `it has ${bytes} bytes; the limit is ${maxTextBytes}`)
}

/** A text is never cut in silence: the answer would be about another one. */
function widthOf({ texts }: EncodedTexts, { maxTokens, padToMax = false }: TextSpec): number {
  const longest = texts.reduce((most, { ids }) => Math.max(most, ids.length), 0)
  if (longest === 0) throw new InputFileInvalidError('text', 'it has no tokens')
  if (longest > maxTokens)
    throw new InputFileInvalidError('text', `it has ${longest} tokens; the model takes ${maxTokens}`)
  return padToMax ? maxTokens : longest
}

function padded({ texts, padId, padSide }: EncodedTexts, width: number) {
  const row = (items: readonly number[], fill: number) => {
    const padding = new Array<number>(width - items.length).fill(fill)
    return padSide === 'left' ? [...padding, ...items] : [...items, ...padding]
  }
  return {
    ids: texts.map(({ ids }) => row(ids, padId)),
    mask: texts.map(({ ids }) => row(new Array<number>(ids.length).fill(1), 0)),
    types: texts.map(({ types }) => row(types, 0)),
  }
}
