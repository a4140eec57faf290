import { ModelManifest, TensorSet } from '@dim/sdk'
import { type Address, type Hex, zeroHash } from 'viem'

/** Manifest of a model that doubles a vector of float32: small enough to be its own reference. */
export function doublerManifest(options: {
  publisher: Address
  salt?: Hex
  maxInputBytes?: number
}): ModelManifest.ModelManifest {
  const { publisher, salt = zeroHash, maxInputBytes = 8 * 2 ** 20 } = options
  const cid = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'
  return ModelManifest.parse({
    dim: 'model/1',
    name: 'doubler',
    version: '1.0.0',
    publisher,
    salt,
    description: 'Doubles a vector.',
    task: 'other',
    licence: 'MIT',
    format: 'onnx',
    precision: 'float32',
    files: [{ path: 'model.onnx', cid, bytes: 100, sha256: zeroHash, role: 'model' }],
    entry: 'model.onnx',
    opset: 21,
    operators: ['Add'],
    inputs: [{ name: 'x', dtype: 'float32', dims: ['n'] }],
    outputs: [{ name: 'y', dtype: 'float32', dims: ['n'] }],
    preprocessing: [],
    postprocessing: [],
    tolerance: { mode: 'allclose', absolute: 0, relative: 0 },
    golden: [],
    unit: 'run',
    maxima: { inputBytes: maxInputBytes, outputBytes: 8 * 2 ** 20, runMs: 1_000 },
  })
}

/** The inputs of the doubler for some numbers. */
export const vector = (...values: number[]): TensorSet.TensorSet => ({
  x: TensorSet.fromTyped('float32', new Float32Array(values), [values.length]),
})

/** What the doubler answers. */
export function double(inputs: TensorSet.TensorSet): TensorSet.TensorSet {
  const values = numbers(inputs.x).map((value) => 2 * value)
  return { y: TensorSet.fromTyped('float32', new Float32Array(values), [values.length]) }
}

/** The numbers of an output, for assertions. */
export const numbersOf = (outputs: TensorSet.TensorSet): number[] => numbers(outputs.y)

const numbers = (tensor: TensorSet.Tensor | undefined): number[] =>
  tensor === undefined ? [] : Array.from(TensorSet.toNumbers(tensor))
