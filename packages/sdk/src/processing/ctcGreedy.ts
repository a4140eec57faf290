import { PostprocessingError } from '../errors/postprocessing.ts'
import type { CtcSpec } from '../messages/processingSpecs.ts'
import { toNumbers } from '../messages/tensors/numbers.ts'
import type { Tensor } from '../messages/tensors/types.ts'
import { softmax } from './softmax.ts'

/** A text and the mean probability of its characters (0 for an empty text). */
export type CtcText = { readonly text: string; readonly confidence: number }

/**
 * Reads text from the output of a CTC model: best class per step, repeats merged, blanks dropped
 * (Graves et al., "Connectionist Temporal Classification", 2006, best path decoding).
 *
 * @param output float [1, steps, classes], or [steps, classes].
 * @param labels Texts of the classes without the blank, in order; with `spaceLast` a space follows the last.
 * @param spec The manifest's `ctc` step.
 * @throws `OUTPUT_NOT_READABLE` when shape or number of labels do not fit.
 * @example const { text, confidence } = ctcGreedy(outputs['softmax_11.tmp_0'], labels, spec)
 */
export function ctcGreedy(output: Tensor, labels: readonly string[], spec: CtcSpec): CtcText {
  const classes = classTexts(labels, spec)
  const { steps, values } = readSteps(output, classes.length)
  const best = Array.from({ length: steps }, (_, step) => {
    const row = values.slice(step * classes.length, (step + 1) * classes.length)
    return bestOf(spec.softmax ? softmax(row) : row)
  })
  const kept = best.filter(({ index }, step) => index !== spec.blank && index !== best[step - 1]?.index)
  const total = kept.reduce((sum, { value }) => sum + value, 0)
  const text = kept.map(({ index }) => classes[index]).join('')
  return { text, confidence: kept.length === 0 ? 0 : total / kept.length }
}

function classTexts(labels: readonly string[], { blank, spaceLast }: CtcSpec): string[] {
  const texts = spaceLast ? [...labels, ' '] : [...labels]
  return [...texts.slice(0, blank), '', ...texts.slice(blank)]
}

function readSteps({ dtype, dims, data }: Tensor, classes: number): { steps: number; values: Float64Array } {
  const [batch, steps, width] = dims.length === 2 ? [1, ...dims] : dims
  if (dims.length > 3 || batch !== 1 || steps === undefined || width !== classes) {
    throw new PostprocessingError(
      `an output of [${dims.join(', ')}] does not fit ${classes} classes, blank included`,
    )
  }
  return { steps, values: Float64Array.from(toNumbers({ dtype, dims, data })) }
}

function bestOf(row: ArrayLike<number>): { index: number; value: number } {
  let best = { index: 0, value: row[0] as number }
  for (let index = 1; index < row.length; index++) {
    const value = row[index] as number
    if (value > best.value) best = { index, value }
  }
  return best
}
