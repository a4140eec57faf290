import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImageSpec } from '../messages/processingSpecs.ts'
import { toTyped } from '../messages/tensors/typed.ts'
import { imageSize } from './imageSize.ts'
import { imageTensor } from './imageTensor.ts'

const line: ImageSpec = {
  kind: 'image',
  input: 'x',
  channels: 'rgb',
  layout: 'nchw',
  height: 48,
  width: { mode: 'keep-ratio', min: 16, max: 400 },
  scale: 1 / 255,
  mean: 0.5,
  std: 0.5,
}
const tiny: ImageSpec = { ...line, height: 1, width: 2, scale: 1, mean: 0, std: 1 }
/** Two pixels: red 10 20 30, then 40 50 60. */
const two = { pixels: Uint8Array.of(10, 20, 30, 40, 50, 60), width: 2, height: 1 }
const values = (spec: ImageSpec) => [...(toTyped(imageTensor(two, spec)) as Float32Array)]

test('the width follows the ratio of the picture, within bounds and in steps', () => {
  assert.deepEqual(imageSize(line, { width: 640, height: 96 }), { width: 320, height: 48 })
  assert.deepEqual(imageSize(line, { width: 1, height: 96 }), { width: 16, height: 48 })
  assert.deepEqual(imageSize(line, { width: 9600, height: 96 }), { width: 400, height: 48 })
  const stepped: ImageSpec = { ...line, width: { mode: 'keep-ratio', min: 32, max: 400, step: 32 } }
  assert.deepEqual(imageSize(stepped, { width: 630, height: 96 }), { width: 320, height: 48 })
  assert.deepEqual(imageSize({ ...line, width: 99 }, { width: 640, height: 96 }), { width: 99, height: 48 })
})

test('a size that was asked for is taken: asking again changes nothing', () => {
  for (let width = 1; width < 3000; width += 7) {
    const size = imageSize(line, { width, height: 31 })
    assert.deepEqual(imageSize(line, size), size)
  }
})

test('planes come one after another for nchw, pixels for nhwc', () => {
  assert.deepEqual(values(tiny), [10, 40, 20, 50, 30, 60])
  assert.deepEqual(values({ ...tiny, layout: 'nhwc' }), [10, 20, 30, 40, 50, 60])
  assert.deepEqual(values({ ...tiny, channels: 'bgr' }), [30, 60, 20, 50, 10, 40])
  assert.deepEqual(imageTensor(two, tiny).dims, [1, 3, 1, 2])
  assert.deepEqual(imageTensor(two, { ...tiny, layout: 'nhwc' }).dims, [1, 1, 2, 3])
})

test('gray is the weighted sum of the channels', () => {
  const gray: ImageSpec = { ...tiny, channels: 'gray' }
  assert.deepEqual(values(gray), [18, 48])
  assert.deepEqual(imageTensor(two, gray).dims, [1, 1, 1, 2])
  assert.deepEqual(values({ ...gray, invert: true }), [237, 207])
})

test('scale, mean and std are applied per channel, in this order', () => {
  const spec: ImageSpec = { ...tiny, scale: 0.1, mean: [1, 2, 3], std: [0.5, 1, 2] }
  assert.deepEqual(values(spec), [0, 6, 0, 3, 0, 1.5])
})

const refused: readonly (readonly [string, () => unknown])[] = [
  ['pixels of a wrong length', () => imageTensor({ ...two, pixels: new Uint8Array(5) }, tiny)],
  [
    'a size that the model does not take',
    () => imageTensor({ pixels: new Uint8Array(9), width: 3, height: 1 }, tiny),
  ],
  ['a picture without area', () => imageSize(line, { width: 0, height: 10 })],
  ['a manifest with too few means', () => imageTensor(two, { ...tiny, mean: [1, 2] })],
]

for (const [what, attempt] of refused) {
  test(`${what} is refused`, () => assert.throws(attempt, { code: 'INPUT_NOT_USABLE' }))
}
