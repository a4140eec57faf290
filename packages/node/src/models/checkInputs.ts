import { type ModelManifest, TensorSet } from '@dim/sdk'
import { InputInvalidError } from './errors.ts'

type Sizes = Map<string, number>

/**
 * Checks a client's tensors against a manifest and fills in the defaults: the names, types, ranks and fixed sizes must be
 * those of the manifest, and a named dimension must have one size everywhere. Fails with INPUT_INVALID.
 */
export function checkInputs(
  manifest: ModelManifest.ModelManifest,
  inputs: TensorSet.TensorSet,
): TensorSet.TensorSet {
  const known = new Set(manifest.inputs.map((port) => port.name))
  const surplus = Object.keys(inputs).find((name) => !known.has(name))
  if (surplus !== undefined) {
    const expected = `one of ${[...known].join(', ')}`
    throw new InputInvalidError({ path: surplus, expected, found: 'an unknown name' })
  }
  const sizes: Sizes = new Map()
  const given = manifest.inputs.filter((port) => inputs[port.name] !== undefined)
  for (const port of given) assertFits(port, inputs[port.name] as TensorSet.Tensor, sizes)
  const complete = manifest.inputs.map(
    (port) => [port.name, inputs[port.name] ?? defaultOf(port, sizes, manifest.maxima.inputBytes)] as const,
  )
  const bytes = complete.reduce((sum, [, tensor]) => sum + tensor.data.length, 0)
  if (bytes > manifest.maxima.inputBytes) {
    const expected = `at most ${manifest.maxima.inputBytes} bytes`
    throw new InputInvalidError({ path: 'inputs', expected, found: `${bytes} bytes` })
  }
  return Object.fromEntries(complete)
}

function assertFits(port: ModelManifest.Port, tensor: TensorSet.Tensor, sizes: Sizes): void {
  const { name, dtype, dims } = port
  if (tensor.dtype !== dtype)
    throw new InputInvalidError({ path: name, expected: dtype, found: tensor.dtype })
  if (tensor.dims.length !== dims.length) {
    const found = `${tensor.dims.length} dimensions [${tensor.dims.join(', ')}]`
    throw new InputInvalidError({
      path: name,
      expected: `${dims.length} dimensions [${dims.join(', ')}]`,
      found,
    })
  }
  dims.forEach((dim, index) => {
    const size = tensor.dims[index] ?? 0
    const expected = typeof dim === 'number' ? dim : (sizes.get(dim) ?? size)
    if (size !== expected) {
      const named = typeof dim === 'number' ? String(dim) : `${expected}, the size of "${dim}"`
      throw new InputInvalidError({ path: `${name}.dims.${index}`, expected: named, found: String(size) })
    }
    if (typeof dim === 'string') sizes.set(dim, size)
  })
  const bytes = TensorSet.tensorBytes(tensor.dtype, tensor.dims)
  if (bytes !== undefined && bytes !== tensor.data.length) {
    throw new InputInvalidError({
      path: name,
      expected: `${bytes} bytes of data`,
      found: `${tensor.data.length} bytes`,
    })
  }
}

function defaultOf(port: ModelManifest.Port, sizes: Sizes, maxBytes: number): TensorSet.Tensor {
  const { name, dtype, dims, default: fill, defaultDims = {} } = port
  if (fill === undefined) {
    throw new InputInvalidError({
      path: name,
      expected: `a tensor ${dtype}[${dims.join(', ')}]`,
      found: 'missing',
    })
  }
  const shape = dims.map((dim) => (typeof dim === 'number' ? dim : (sizes.get(dim) ?? defaultDims[dim] ?? 1)))
  const bytes = TensorSet.tensorBytes(dtype, shape) ?? 0
  // A tensor without elements may still name a huge size: what it would make of a default is refused, not allocated.
  if (bytes > maxBytes) {
    throw new InputInvalidError({
      path: name,
      expected: `at most ${maxBytes} bytes`,
      found: `${bytes} bytes`,
    })
  }
  const count = shape.reduce((product, dim) => product * dim, 1)
  return TensorSet.fromNumbers(dtype, new Array<number>(count).fill(fill), shape)
}
