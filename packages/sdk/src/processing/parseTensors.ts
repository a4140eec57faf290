import { PreprocessingError } from '../errors/preprocessing.ts'
import type { Port } from '../messages/modelManifest.ts'
import { fromNumbers } from '../messages/tensors/numbers.ts'
import { fromTyped } from '../messages/tensors/typed.ts'
import type { Tensor, TensorSet } from '../messages/tensors/types.ts'

const maxDepth = 32

type Leaves = { dims: number[]; values: unknown[] }

/**
 * Turns nested JSON arrays into tensors, by the types of the manifest's inputs; the shape is that of the arrays.
 *
 * @param ports The manifest's inputs.
 * @param json An object from input names to numbers, texts or nested arrays of them; 64-bit integers may be decimal strings.
 * @returns Tensors of the names that are there; `fillDefaults` adds the others.
 * @throws `INPUT_NOT_USABLE` for anything else than such an object, ragged arrays or an unknown name; `TENSOR_MALFORMED` for numbers
 *   that the type cannot hold.
 * @example const inputs = parseTensors(manifest.inputs, { input: [[0.1, 0.2]], sr: 16000 })
 */
export function parseTensors(ports: readonly Port[], json: unknown): TensorSet {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new PreprocessingError('it is no JSON object from input names to arrays')
  }
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const port = ports.find((candidate) => candidate.name === name)
      if (port === undefined) {
        const names = ports.map((candidate) => candidate.name).join(', ')
        throw new PreprocessingError(`the model has no input "${name}"; it takes ${names}`)
      }
      return [name, toTensor(port, value)]
    }),
  )
}

function toTensor({ name, dtype }: Port, json: unknown): Tensor {
  const { dims, values } = flatten(json, { name, depth: 0 })
  if (dtype === 'string')
    return fromTyped(
      'string',
      values.map((value) => asText(name, value)),
      dims,
    )
  return fromNumbers(
    dtype,
    values.map((value) => asNumber(name, value)),
    pairDims(dtype, dims),
  )
}

/** Complex numbers are written as pairs: the last axis is not one of the tensor. */
function pairDims(dtype: Port['dtype'], dims: number[]): number[] {
  return dtype.startsWith('complex') && dims.at(-1) === 2 ? dims.slice(0, -1) : dims
}

function flatten(json: unknown, { name, depth }: { name: string; depth: number }): Leaves {
  if (!Array.isArray(json)) return { dims: [], values: [json] }
  if (depth === maxDepth) throw new PreprocessingError(`"${name}" has more than ${maxDepth} dimensions`)
  const parts = json.map((item) => flatten(item, { name, depth: depth + 1 }))
  const shape = parts[0]?.dims ?? []
  const isRagged = parts.some(
    ({ dims }) => dims.length !== shape.length || dims.some((dim, i) => dim !== shape[i]),
  )
  if (isRagged) throw new PreprocessingError(`the arrays of "${name}" have different lengths`)
  return { dims: [json.length, ...shape], values: parts.flatMap(({ values }) => values) }
}

function asText(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new PreprocessingError(`"${name}" holds something else than texts`)
}

function asNumber(name: string, value: unknown): number | bigint {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value)
  throw new PreprocessingError(`"${name}" holds something else than numbers`)
}
