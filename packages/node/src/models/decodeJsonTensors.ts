import { type ModelManifest, parseTensors, TensorSet } from '@dim/sdk'
import { z } from 'zod'
import { InputFileInvalidError } from './errors.ts'

const flatTensor = z.strictObject({
  dtype: z.enum(TensorSet.dtypes as [TensorSet.DType, ...TensorSet.DType[]]),
  dims: z.array(z.int().nonnegative()).max(32),
  data: z.array(z.union([z.number(), z.string(), z.boolean()])),
})

type FlatTensor = z.output<typeof flatTensor>

/**
 * Reads tensors from JSON: `{"name": {"dtype", "dims", "data": […]}}`, `{"name": nested arrays}`, or bare nested arrays
 * for a model with one input that has no default.
 */
export function decodeJsonTensors(
  bytes: Uint8Array,
  ports: readonly ModelManifest.Port[],
): TensorSet.TensorSet {
  const json = readJson(bytes)
  if (Array.isArray(json)) return parseTensors(ports, { [onlyInput(ports).name]: json })
  if (typeof json !== 'object' || json === null)
    throw new InputFileInvalidError('JSON', 'it is no object or array')
  const flat: Record<string, TensorSet.Tensor> = {}
  const nested: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(json)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      flat[name] = readFlat(name, value)
    else nested[name] = value
  }
  return { ...parseTensors(ports, nested), ...flat }
}

/** The input that a file without names means. */
export function onlyInput(ports: readonly ModelManifest.Port[]): ModelManifest.Port {
  const required = ports.filter((port) => port.default === undefined)
  const [port] = required
  if (port === undefined || required.length > 1) {
    const names = ports.map(({ name }) => name).join(', ')
    throw new InputFileInvalidError('input', `the model takes ${names}: name them in a JSON object`)
  }
  return port
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new InputFileInvalidError('JSON', 'it cannot be parsed', cause)
  }
}

function readFlat(name: string, value: object): TensorSet.Tensor {
  const parsed = flatTensor.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new InputFileInvalidError(
      'JSON',
      `"${[name, ...(issue?.path ?? [])].join('.')}": ${issue?.message}`,
    )
  }
  return toTensor(name, parsed.data)
}

/** 64-bit integers do not fit JSON's numbers: they may be decimal strings. */
const decimal = /^-?\d{1,20}$/

function toTensor(name: string, { dtype, dims, data }: FlatTensor): TensorSet.Tensor {
  if (dtype === 'string') return TensorSet.fromTyped('string', data.map(String), dims)
  const numbers = data.map((item) => {
    if (typeof item !== 'string') return Number(item)
    if (!decimal.test(item))
      throw new InputFileInvalidError('JSON', `"${name}" holds "${item}", which is no number`)
    return BigInt(item)
  })
  return TensorSet.fromNumbers(dtype, numbers, dims)
}
