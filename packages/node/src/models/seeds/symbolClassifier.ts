import { readFile } from 'node:fs/promises'
import type { ImageSpec } from '@dim/sdk'
import { z } from 'zod'
import { decodePicture } from '../decodePicture.ts'
import { drawSymbol } from '../symbolPicture.ts'
import { packageFile } from './packageFile.ts'
import type { SeedModel } from './seedModel.ts'

const symbols = z.array(z.object({ names: z.array(z.string()).min(1) }))
const labelsPath = 'labels.txt'

/** The network learnt white strokes on black. */
const image: ImageSpec = {
  kind: 'image',
  input: 'x',
  channels: 'gray',
  layout: 'nchw',
  height: 224,
  width: 224,
  scale: 1 / 255,
  mean: 0,
  std: 1,
  invert: true,
}

/** A hand-drawn mathematical symbol by its name in Typst. */
export const symbolClassifier: SeedModel = {
  name: 'symbol-classifier',
  async prepare() {
    const drawings = [await drawSymbol('infinity'), await drawSymbol('sum')]
    const golden = await Promise.all(drawings.map((png) => decodePicture(png, image)))
    return {
      onnxPath: packageFile('detypify-service', 'train/model.onnx'),
      options: {
        name: 'symbol-classifier',
        version: '0.3.0',
        description: 'Detypify: names a mathematical symbol that is drawn dark on white, one of 411.',
        task: 'image-classification',
        licence: 'MIT',
        files: [{ path: labelsPath, source: await readLabelsOf(), role: 'labels' }],
        ports: {
          x: { meaning: 'picture, strokes bright on black, 0 to 1' },
          linear: { meaning: 'score of each symbol' },
        },
        preprocessing: [image],
        postprocessing: [
          { kind: 'top-k', output: 'linear', labels: labelsPath, k: 5, activation: 'softmax' },
        ],
        tolerance: { mode: 'topk', absolute: 0.05, relative: 1e-2, k: 3 },
        maxima: { inputBytes: 262_144, outputBytes: 65_536, runMs: 10_000 },
        goldenInputs: golden.map((x) => ({ x })),
      },
    }
  },
}

async function readLabelsOf(): Promise<Uint8Array> {
  const path = packageFile('detypify-service', 'train/infer.json')
  const list = symbols.parse(JSON.parse(await readFile(path, 'utf8')))
  return Buffer.from(`${list.map(({ names }) => names[0]).join('\n')}\n`)
}
