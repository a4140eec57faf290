import { type Answer, type ModelManifest, postprocess, readLabels, type TensorSet } from '@dim/sdk'
import { detokenise } from '../processing/detokenise.ts'

/**
 * Turns outputs into answers for people, by the manifest's postprocessing; without any, each output as it is.
 *
 * @param readFile Gives the bytes of a file of the manifest by its path; asked for labels and tokenizers only.
 */
export async function presentOutputs(
  manifest: ModelManifest.ModelManifest,
  outputs: TensorSet.TensorSet,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<Answer[]> {
  if (manifest.postprocessing.length === 0) {
    return Object.entries(outputs).map(([output, tensor]) => ({ kind: 'tensor', output, tensor }))
  }
  const answers: Answer[] = []
  for (const step of manifest.postprocessing) {
    const labels = 'labels' in step ? readLabels(await readFile(step.labels)) : []
    const answer = postprocess(step, outputs, labels)
    answers.push(
      step.kind === 'tokens' && answer.kind === 'tensor'
        ? { kind: 'text', output: step.output, text: await detokenise(answer.tensor, step, { readFile }) }
        : answer,
    )
  }
  return answers
}
