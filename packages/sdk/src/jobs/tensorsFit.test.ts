import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type * as ModelManifest from '../messages/modelManifest.ts'
import * as TensorSet from '../messages/tensorSet.ts'
import { assertTensorsFit } from './tensorsFit.ts'

const float = (...dims: number[]) =>
  TensorSet.fromTyped('float32', new Float32Array(dims.reduce((product, dim) => product * dim, 1)), dims)

const ports: ModelManifest.Port[] = [
  { name: 'a', dtype: 'float32', dims: ['batch', 3] },
  { name: 'b', dtype: 'float32', dims: ['batch'] },
  { name: 'rate', dtype: 'int64', dims: [], default: 16_000 },
]
const fits = (tensors: TensorSet.TensorSet) => assertTensorsFit({ side: 'input', ports, tensors })
const refused = (tensors: TensorSet.TensorSet, tensor: string) =>
  assert.throws(() => fits(tensors), { code: 'INPUT_MISMATCH', tensor })

describe('assertTensorsFit', () => {
  it('takes tensors whose named dimensions agree, and defaults for what is missing', () => {
    fits({ a: float(2, 3), b: float(2) })
    fits({ a: float(0, 3), b: float(0) })
    fits({ a: float(1, 3), b: float(1), rate: TensorSet.fromTyped('int64', new BigInt64Array([8_000n]), []) })
  })

  it('names the tensor that is missing, unknown, of another type or shape', () => {
    refused({ a: float(2, 3) }, 'b')
    refused({ a: float(2, 3), b: float(2), c: float(1) }, 'c')
    refused({ a: float(2, 3), b: TensorSet.fromTyped('int32', new Int32Array(2), [2]) }, 'b')
    refused({ a: float(2, 4), b: float(2) }, 'a')
    refused({ a: float(6), b: float(2) }, 'a')
    refused({ a: float(2, 3), b: float(3) }, 'b')
  })

  it('says of outputs that they were not accepted', () =>
    assert.throws(() => assertTensorsFit({ side: 'output', ports, tensors: {} }), {
      code: 'OUTPUT_MISMATCH',
      charged: /not accepted/,
    }))
})
