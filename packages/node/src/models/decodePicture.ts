import { imageSize, imageTensor, type ModelManifest, type TensorSet } from '@dim/sdk'
import sharp from 'sharp'
import { InputFileInvalidError } from './errors.ts'

type ImageSpec = Extract<ModelManifest.ModelManifest['preprocessing'][number], { kind: 'image' }>

/** A picture beyond this is refused before it is unpacked. */
const maxPixels = 64_000_000

/** Decodes a picture, puts it upright on white, resizes it to what the model wants and makes the tensor. */
export async function decodePicture(bytes: Uint8Array, spec: ImageSpec): Promise<TensorSet.Tensor> {
  try {
    const upright = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' }).autoOrient()
    const { autoOrient } = await upright.metadata()
    const { width, height } = imageSize(spec, autoOrient)
    const pixels = await upright
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .resize(width, height, { fit: 'fill' })
      .removeAlpha()
      .raw()
      .toBuffer()
    return imageTensor({ pixels, width, height }, spec)
  } catch (cause) {
    throw new InputFileInvalidError('picture', 'it cannot be decoded', cause)
  }
}
