import { PreprocessingError } from '../errors/preprocessing.ts'
import type { AudioSpec } from '../messages/processingSpecs.ts'
import { fromTyped } from '../messages/tensors/typed.ts'
import type { Tensor } from '../messages/tensors/types.ts'

/**
 * Turns mono samples into the tensor of a manifest's `audio` step; shorter sound is padded with zeros at its start.
 *
 * @param sound Samples from −1 to 1 and their rate in samples per second.
 * @param spec The manifest's `audio` step.
 * @returns float32 [1, windowSamples].
 * @throws `INPUT_NOT_USABLE` for another rate or more samples than the window takes.
 * @example const input = audioTensor({ samples, sampleRate: 16000 }, spec)
 */
export function audioTensor(sound: { samples: Float32Array; sampleRate: number }, spec: AudioSpec): Tensor {
  const { samples, sampleRate } = sound
  const { windowSamples } = spec
  if (sampleRate !== spec.sampleRate) {
    throw new PreprocessingError(`the model wants ${spec.sampleRate} samples a second, not ${sampleRate}`)
  }
  if (samples.length > windowSamples) {
    throw new PreprocessingError(`the model takes ${windowSamples} samples at once, not ${samples.length}`)
  }
  const values = new Float32Array(windowSamples)
  values.set(samples, windowSamples - samples.length)
  return fromTyped('float32', values, [1, windowSamples])
}
