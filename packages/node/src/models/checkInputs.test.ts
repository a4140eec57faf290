import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ModelManifest, TensorSet } from '@dim/sdk'
import { checkInputs } from './checkInputs.ts'

const cid = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
const hash = `0x${'00'.repeat(32)}`

const manifest = ModelManifest.parse({
  dim: 'model/1',
  name: 'm',
  version: '1',
  publisher: '0x00000000000000000000000000000000000000A1',
  salt: hash,
  description: '',
  task: 'other',
  licence: 'MIT',
  format: 'onnx',
  precision: 'float32',
  files: [{ path: 'm.onnx', cid, bytes: 1, sha256: hash, role: 'model' }],
  entry: 'm.onnx',
  opset: 17,
  operators: ['Add'],
  inputs: [
    { name: 'a', dtype: 'float32', dims: ['batch', 3] },
    { name: 'state', dtype: 'float32', dims: [2, 'batch'], default: 0, defaultDims: { batch: 1 } },
    { name: 'rate', dtype: 'int64', dims: [], default: 16000 },
  ],
  outputs: [{ name: 'y', dtype: 'float32', dims: [1] }],
  preprocessing: [],
  postprocessing: [],
  tolerance: { mode: 'exact', absolute: 0, relative: 0 },
  golden: [],
  unit: 'run',
  maxima: { inputBytes: 1000, outputBytes: 1000, runMs: 1000 },
})

const floats = (dims: number[]) => {
  const count = dims.reduce((product, dim) => product * dim, 1)
  return TensorSet.fromTyped('float32', new Float32Array(count), dims)
}

describe('check of inputs', () => {
  it('fills in defaults by the sizes that the other inputs have', () => {
    const { state, rate } = checkInputs(manifest, { a: floats([4, 3]) })
    assert.deepEqual(state?.dims, [2, 4])
    assert.deepEqual(rate && Array.from(TensorSet.toNumbers(rate)).map(Number), [16000])
    assert.deepEqual(rate?.dims, [])
  })

  const wrong: readonly [string, TensorSet.TensorSet, string][] = [
    ['a missing input', {}, 'a'],
    ['an unknown name', { a: floats([1, 3]), b: floats([1]) }, 'b'],
    ['another type', { a: TensorSet.fromTyped('float64', new Float64Array(3), [1, 3]) }, 'a'],
    ['another rank', { a: floats([3]) }, 'a'],
    ['another fixed size', { a: floats([1, 4]) }, 'a.dims.1'],
    [
      'a named size that differs between inputs',
      { a: floats([2, 3]), state: floats([2, 3]) },
      'state.dims.1',
    ],
    ['data that is too short', { a: { dtype: 'float32', dims: [1, 3], data: new Uint8Array(8) } }, 'a'],
    ['more bytes than the model allows', { a: floats([100, 3]) }, 'inputs'],
    [
      'a size that would take all memory',
      { a: { dtype: 'float32', dims: [2 ** 40, 3], data: new Uint8Array() } },
      'a',
    ],
  ]
  for (const [name, inputs, path] of wrong) {
    it(`refuses ${name}`, () => {
      assert.throws(() => checkInputs(manifest, inputs), { code: 'INPUT_INVALID', path })
    })
  }

  it('refuses a default that would take all memory, before it is made', () => {
    const [first, ...others] = manifest.inputs
    const open = {
      ...manifest,
      inputs: [{ ...first, dims: ['batch', 'samples'] }, ...others],
    } as typeof manifest
    const empty = { dtype: 'float32', dims: [2 ** 32, 0], data: new Uint8Array() } as const
    assert.throws(() => checkInputs(open, { a: empty }), { code: 'INPUT_INVALID', path: 'state' })
  })
})
