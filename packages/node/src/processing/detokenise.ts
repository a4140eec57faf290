import { PostprocessingError, TensorSet, type TokensSpec } from '@dim/sdk'
import { type ReadFile, readTokenizer } from './readTokenizer.ts'
import { runTokenizer, type TokenizerLimits } from './runTokenizer.ts'

const maxTokens = 1_048_576

/** Reads the text of a manifest's `tokens` step from ids [1, tokens], or from scores [1, tokens, vocabulary]. */
export async function detokenise(
  tensor: TensorSet.Tensor,
  spec: TokensSpec,
  { readFile, limits }: { readFile: ReadFile; limits?: TokenizerLimits },
): Promise<string> {
  const request = {
    kind: 'decode',
    ...(await readTokenizer(spec, readFile)),
    ids: tokenIds(tensor),
    skipSpecialTokens: spec.keepSpecialTokens !== true,
  } as const
  const { text } = await runTokenizer(spec.tokenizer, request, limits)
  return text
}

function tokenIds(tensor: TensorSet.Tensor): number[] {
  const { dtype, dims } = tensor
  const isScores = dtype.startsWith('float') || dtype === 'bfloat16'
  const shape = dims.length === (isScores ? 3 : 2) ? dims.slice(1) : dims
  const batch = shape === dims ? 1 : dims[0]
  const [tokens = 0, classes = 0] = shape
  if (batch !== 1 || shape.length !== (isScores ? 2 : 1) || tokens > maxTokens || dtype === 'string')
    throw new PostprocessingError(`an output of ${dtype}[${dims.join(', ')}] holds no tokens of one text`)
  const values = Array.from(TensorSet.toNumbers(tensor), Number)
  const ids = isScores ? bestOfRows(values, tokens, classes) : values
  const wrong = ids.find((id) => !(Number.isSafeInteger(id) && id >= 0 && id < 2 ** 31))
  if (wrong !== undefined) throw new PostprocessingError(`${wrong} is no token`)
  return ids
}

function bestOfRows(values: readonly number[], rows: number, width: number): number[] {
  return Array.from({ length: rows }, (_, row) => {
    let best = 0
    for (let index = 1; index < width; index++) {
      if ((values[row * width + index] as number) > (values[row * width + best] as number)) best = index
    }
    return best
  })
}
