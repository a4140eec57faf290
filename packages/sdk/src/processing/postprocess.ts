import { PostprocessingError } from '../errors/postprocessing.ts'
import type { Postprocessing } from '../messages/processingSpecs.ts'
import { toNumbers } from '../messages/tensors/numbers.ts'
import type { Tensor, TensorSet } from '../messages/tensors/types.ts'
import { ctcGreedy } from './ctcGreedy.ts'
import { type Scored, topK } from './topK.ts'

/** What people get to see of one output. */
export type Answer =
  | {
      readonly kind: 'text'
      readonly output: string
      readonly text: string
      /** As of `ctc`; other steps know none. */
      readonly confidence?: number
    }
  | { readonly kind: 'labels'; readonly output: string; readonly labels: readonly Scored[] }
  | {
      readonly kind: 'number'
      readonly output: string
      readonly value: number
      readonly meaning: string | undefined
    }
  | { readonly kind: 'tensor'; readonly output: string; readonly tensor: Tensor }

/**
 * Turns output tensors into an answer by one post-processing step of the manifest.
 *
 * @param spec One element of the manifest's `postprocessing`.
 * @param outputs The result's tensors.
 * @param labels Labels of the file that the step names; needed for `ctc` and `top-k` only. See `readLabels`.
 * @returns The output as it is for `raw`, and for `tokens`, which needs a tokenizer.
 * @throws `OUTPUT_NOT_READABLE` when the output is missing or does not fit.
 * @example const answers = manifest.postprocessing.map((spec) => postprocess(spec, outputs, labels))
 */
export function postprocess(
  spec: Postprocessing,
  outputs: TensorSet,
  labels: readonly string[] = [],
): Answer {
  const { output } = spec
  const tensor = Object.hasOwn(outputs, output) ? outputs[output] : undefined
  if (tensor === undefined) throw new PostprocessingError(`there is no output "${output}"`)
  if (spec.kind === 'ctc') return { kind: 'text', output, ...ctcGreedy(tensor, labels, spec) }
  if (spec.kind === 'top-k') return { kind: 'labels', output, labels: topK(tensor, labels, spec) }
  if (spec.kind === 'number')
    return { kind: 'number', output, value: firstNumber(tensor), meaning: spec.meaning }
  return { kind: 'tensor', output, tensor }
}

function firstNumber(tensor: Tensor): number {
  const value = toNumbers(tensor)[0]
  if (value === undefined) throw new PostprocessingError('the output is empty where a number was expected')
  return value
}
