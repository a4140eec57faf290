import { PreprocessingError } from '../errors/preprocessing.ts'
import type { ImageSpec } from '../messages/processingSpecs.ts'
import { fromTyped } from '../messages/tensors/typed.ts'
import type { Tensor } from '../messages/tensors/types.ts'
import { imageSize } from './imageSize.ts'

/** Pixels in rows, three bytes each: red, green, blue. */
export type Picture = { readonly pixels: Uint8Array; readonly width: number; readonly height: number }

/**
 * Turns pixels into the tensor of a manifest's `image` step: value = (pixel · scale − mean) / std.
 *
 * @param picture RGB pixels, resized to what `imageSize` says; `width · height · 3` bytes.
 * @param spec The manifest's `image` step. Gray is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded to a whole number.
 * @returns float32 [1, channels, height, width], or [1, height, width, channels] for layout `nhwc`.
 * @throws `INPUT_NOT_USABLE` when the pixels do not fit size or spec.
 * @example const x = imageTensor({ pixels, width: 224, height: 224 }, spec)
 */
export function imageTensor(picture: Picture, spec: ImageSpec): Tensor {
  assertPicture(picture, spec)
  const { width, height } = picture
  const planes = toPlanes(picture, spec)
  const values = new Float32Array(width * height * planes.length)
  planes.forEach((plane, channel) => {
    const [mean, std] = [channelValue(spec.mean, channel), channelValue(spec.std, channel)]
    const isPlanar = spec.layout === 'nchw'
    const stride = isPlanar ? 1 : planes.length
    const start = isPlanar ? channel * width * height : channel
    for (let i = 0; i < plane.length; i++) {
      const pixel = spec.invert ? 255 - (plane[i] as number) : (plane[i] as number)
      values[start + i * stride] = (pixel * spec.scale - mean) / std
    }
  })
  const channels = planes.length
  const dims = spec.layout === 'nchw' ? [1, channels, height, width] : [1, height, width, channels]
  return fromTyped('float32', values, dims)
}

function assertPicture(picture: Picture, spec: ImageSpec): void {
  const { pixels, width, height } = picture
  if (pixels.length !== width * height * 3) {
    throw new PreprocessingError(
      `${width} × ${height} RGB takes ${width * height * 3} bytes, not ${pixels.length}`,
    )
  }
  const size = imageSize(spec, picture)
  if (size.width !== width || size.height !== height) {
    throw new PreprocessingError(
      `the model wants ${size.width} × ${size.height} pixels, not ${width} × ${height}`,
    )
  }
}

/** The picture's channels one after another, in the order that the model wants. */
function toPlanes({ pixels, width, height }: Picture, { channels }: ImageSpec): Uint8Array[] {
  const plane = (value: (at: number) => number) =>
    Uint8Array.from({ length: width * height }, (_, i) => value(3 * i))
  const [red, green, blue] = [0, 1, 2].map((offset) => (at: number) => pixels[at + offset] as number) as [
    Channel,
    Channel,
    Channel,
  ]
  if (channels === 'gray')
    return [plane((at) => Math.round(0.299 * red(at) + 0.587 * green(at) + 0.114 * blue(at)))]
  return (channels === 'rgb' ? [red, green, blue] : [blue, green, red]).map(plane)
}

type Channel = (at: number) => number

function channelValue(value: number | readonly number[], channel: number): number {
  if (typeof value === 'number') return value
  const own = value[channel]
  if (own === undefined)
    throw new PreprocessingError(`the manifest has no mean or std for channel ${channel}`)
  return own
}
