import { PostprocessingError } from '../errors/postprocessing.ts'
import type { TopKSpec } from '../messages/processingSpecs.ts'
import { toNumbers } from '../messages/tensors/numbers.ts'
import type { Tensor } from '../messages/tensors/types.ts'
import { softmax } from './softmax.ts'

/** One class with its score after the activation. */
export type Scored = { readonly label: string; readonly index: number; readonly score: number }

/**
 * The best classes of a classifier's output, best first; equal scores in the order of the classes.
 *
 * @param output float [1, classes] or [classes].
 * @param labels Texts of the classes, in order.
 * @param spec The manifest's `top-k` step.
 * @throws `OUTPUT_NOT_READABLE` when the output has more or fewer elements than there are labels.
 * @example const [best] = topK(outputs.linear, labels, spec)
 */
export function topK(output: Tensor, labels: readonly string[], spec: TopKSpec): Scored[] {
  const scores = activate(toNumbers(output), spec.activation)
  if (scores.length !== labels.length) {
    throw new PostprocessingError(`${scores.length} scores do not fit ${labels.length} labels`)
  }
  return labels
    .map((label, index) => ({ label, index, score: scores[index] as number }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, spec.k)
}

function activate(logits: ArrayLike<number>, activation: TopKSpec['activation']): ArrayLike<number> {
  if (activation === 'softmax') return softmax(logits)
  return activation === 'sigmoid' ? Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit))) : logits
}
