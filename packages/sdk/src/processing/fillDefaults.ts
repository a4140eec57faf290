import { PreprocessingError } from '../errors/preprocessing.ts'
import type { ModelManifest, Port } from '../messages/modelManifest.ts'
import { elementCount } from '../messages/tensors/layout.ts'
import { fromNumbers } from '../messages/tensors/numbers.ts'
import type { Tensor, TensorSet } from '../messages/tensors/types.ts'

/** Largest default tensor: a manifest must not make its reader run out of memory. */
const maxDefaultElements = 2 ** 24

/**
 * Adds the inputs that a client may leave out, and checks all of them against the manifest.
 *
 * @param manifest The model's manifest; an input with a `default` is filled with that number.
 * @param given The inputs that the client has.
 * @returns All inputs of the model.
 * @throws `INPUT_NOT_USABLE` for an input that is missing, unknown, or has another type or shape than the manifest says;
 *   `TENSOR_MALFORMED` when a default does not fit its type.
 * @example const inputs = fillDefaults(manifest, { input: audioTensor(sound, spec) }) // adds state and sr
 */
export function fillDefaults(manifest: Pick<ModelManifest, 'inputs'>, given: TensorSet): TensorSet {
  const known = new Set(manifest.inputs.map((port) => port.name))
  const unknown = Object.keys(given).find((name) => !known.has(name))
  if (unknown !== undefined) {
    throw new PreprocessingError(`the model has no input "${unknown}"; it takes ${[...known].join(', ')}`)
  }
  const sizes = new Map<string, number>()
  return Object.fromEntries(
    manifest.inputs.map((port) => {
      const tensor = Object.hasOwn(given, port.name) ? (given[port.name] as Tensor) : defaultTensor(port)
      assertPort(port, tensor, sizes)
      return [port.name, tensor]
    }),
  )
}

function defaultTensor({ name, dtype, dims, default: value, defaultDims = {} }: Port): Tensor {
  if (value === undefined) throw new PreprocessingError(`input "${name}" is missing`)
  const sizes = dims.map((dim) => {
    const size = typeof dim === 'number' ? dim : defaultDims[dim]
    if (size === undefined)
      throw new PreprocessingError(`input "${name}" is missing and has no default size for "${dim}"`)
    return size
  })
  return fromNumbers(dtype, new Array<number>(elementCount(sizes, maxDefaultElements)).fill(value), sizes)
}

/** A named dimension has one size in all inputs of a run. */
function assertPort({ name, dtype, dims }: Port, tensor: Tensor, sizes: Map<string, number>): void {
  const shape = `${tensor.dtype}[${tensor.dims.join(', ')}]`
  const wanted = `${dtype}[${dims.join(', ')}]`
  const fits = tensor.dtype === dtype && tensor.dims.length === dims.length
  if (!fits) throw new PreprocessingError(`input "${name}" is ${shape}, the model wants ${wanted}`)
  dims.forEach((dim, axis) => {
    const size = tensor.dims[axis] as number
    const known = typeof dim === 'number' ? dim : (sizes.get(dim) ?? size)
    if (known !== size)
      throw new PreprocessingError(
        `input "${name}" is ${shape}, the model wants ${wanted} with ${dim} = ${known}`,
      )
    if (typeof dim === 'string') sizes.set(dim, size)
  })
}
