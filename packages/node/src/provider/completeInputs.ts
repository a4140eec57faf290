import type { ModelManifest, TensorSet } from '@dim/sdk'
import { InputRejectedError } from '../errors/inputRejected.ts'
import { defaultTensor } from './defaultTensor.ts'

type Port = ModelManifest.ModelManifest['inputs'][number]

const shapeOf = (dims: readonly (number | string)[]): string => `[${dims.join(', ')}]`

/** Sizes of named dimensions must agree in all inputs of one run. */
function bindDims(port: Port, tensor: TensorSet.Tensor, sizes: Map<string, number>): void {
  const fits = tensor.dims.length === port.dims.length
  const wrong = port.dims.some((dim, axis) => {
    const size = tensor.dims[axis]
    if (typeof dim === 'number') return size !== dim
    const bound = sizes.get(dim)
    if (bound === undefined && size !== undefined) sizes.set(dim, size)
    return bound !== undefined && bound !== size
  })
  if (fits && !wrong) return
  throw new InputRejectedError(
    'INPUT_SHAPE_MISMATCH',
    `"${port.name}" has the shape ${shapeOf(tensor.dims)}, the model takes ${shapeOf(port.dims)}`,
  )
}

function bindPort(port: Port, tensor: TensorSet.Tensor, sizes: Map<string, number>): void {
  if (tensor.dtype !== port.dtype) {
    throw new InputRejectedError(
      'INPUT_DTYPE_MISMATCH',
      `"${port.name}" is ${tensor.dtype}, the model takes ${port.dtype}`,
    )
  }
  bindDims(port, tensor, sizes)
}

/**
 * Checks tensors against a manifest, so that what cannot run is refused before it costs anything.
 *
 * @returns The inputs with what the client left out filled in by the manifest's defaults.
 */
export function completeInputs(
  manifest: ModelManifest.ModelManifest,
  inputs: TensorSet.TensorSet,
): TensorSet.TensorSet {
  const names = new Set(manifest.inputs.map(({ name }) => name))
  const unknown = Object.keys(inputs).find((name) => !names.has(name))
  if (unknown !== undefined) {
    throw new InputRejectedError('INPUT_NAME_UNKNOWN', `the model has no input "${unknown}"`)
  }
  const sizes = new Map<string, number>()
  for (const port of manifest.inputs) {
    const tensor = inputs[port.name]
    if (tensor !== undefined) bindPort(port, tensor, sizes)
  }
  const complete = manifest.inputs.map((port) => [port.name, inputs[port.name] ?? defaultTensor(port, sizes)])
  return Object.fromEntries(complete)
}
