import { PreprocessingError } from '../errors/preprocessing.ts'
import type { ImageSpec } from '../messages/processingSpecs.ts'

/** Size of a picture in pixels. */
export type ImageSize = { readonly width: number; readonly height: number }

/**
 * The size to which a picture must be resized before `imageTensor` takes it.
 *
 * @param spec The manifest's `image` step.
 * @param original Size of the picture as it is.
 * @returns Height and width in pixels; with `keep-ratio` the width follows the picture's, in steps and within bounds.
 * @throws `INPUT_NOT_USABLE` for a picture without area.
 * @example const size = imageSize(spec, { width: 640, height: 96 }) // height 48 → width 320
 */
export function imageSize(spec: ImageSpec, original: ImageSize): ImageSize {
  const { width, height } = original
  if (!(width > 0) || !(height > 0))
    throw new PreprocessingError(`a picture of ${width} × ${height} has no area`)
  if (typeof spec.width === 'number') return { width: spec.width, height: spec.height }
  const { min, max, step = 1 } = spec.width
  const wanted = Math.round((width * spec.height) / (height * step)) * step
  return { width: Math.min(Math.max(wanted, min), max), height: spec.height }
}
