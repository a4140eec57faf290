import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TensorSet } from '@dim/sdk'
import type { ModelProto, ValueInfoProto } from 'onnx-buf'
import {
  ModelFileUnreadableError,
  ModelInterfaceUnsupportedError,
  ModelTooComplexError,
  OperatorUnknownError,
  OpsetUnsupportedError,
} from './errors.ts'
import { assertExternalFile, externalDataOf } from './externalData.ts'
import { decodeOnnx } from './onnx.ts'
import { allNodes, allTensors } from './onnxGraphs.ts'
import { isKnownOperator } from './operators.ts'

export type ModelTensor = {
  name: string
  dtype: TensorSet.DType
  /** Numbers, or the names of dimensions that vary; a dimension that the file leaves open gets a name from its place. */
  dims: readonly (number | string)[]
}

export type ModelReport = {
  /** The .onnx file and its external data together. */
  bytes: number
  opset: number
  irVersion: number
  producer: string
  inputs: readonly ModelTensor[]
  outputs: readonly ModelTensor[]
  operators: readonly { domain: string; name: string; count: number }[]
  parameters: bigint
  /** Element type that holds most parameters, such as float32. */
  precision: TensorSet.DType
  externalData: readonly string[]
}

/** Protobuf messages end at 2 GiB; larger models keep their weights in external data. */
const maxFileBytes = 2 ** 31 - 1

/** Operator sets of the pinned engine; below 7 it has no implementations. */
export const supportedOpsets = { min: 7, max: 26 } as const

/**
 * Reads a model file without running it: what it takes, gives and needs.
 *
 * Fails with NOT_AN_ONNX_FILE, MODEL_TRUNCATED, MODEL_TOO_COMPLEX, OPSET_UNSUPPORTED, OPERATOR_UNKNOWN, EXTERNAL_DATA_REFUSED,
 * MODEL_INTERFACE_UNSUPPORTED or MODEL_FILE_UNREADABLE. From bytes, external data cannot be looked at and counts nothing.
 */
export async function validateModel(source: string | Uint8Array): Promise<ModelReport> {
  const bytes = typeof source === 'string' ? await readModelFile(source) : source
  const model = decodeOnnx(bytes)
  const externalData = externalDataOf(model)
  const externalBytes = typeof source === 'string' ? await sizeOf(dirname(source), externalData) : 0
  const { parameters, precision } = weightsOf(model)
  return {
    bytes: bytes.length + externalBytes,
    opset: opsetOf(model),
    irVersion: Number(model.irVersion),
    producer: [model.producerName, model.producerVersion].filter((part) => part !== '').join(' '),
    inputs: inputsOf(model),
    outputs: (model.graph?.output ?? []).map((info) => toModelTensor(info)),
    operators: operatorsOf(model),
    parameters,
    precision,
    externalData,
  }
}

async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size > maxFileBytes)
      throw new ModelTooComplexError(`a file of ${size} bytes`, `${maxFileBytes} bytes`)
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof ModelTooComplexError) throw cause
    throw new ModelFileUnreadableError(path, cause)
  }
}

async function sizeOf(dir: string, locations: readonly string[]): Promise<number> {
  let bytes = 0
  for (const location of locations) {
    assertExternalFile(dir, location)
    bytes += (await stat(join(dir, location))).size
  }
  return bytes
}

function opsetOf(model: ModelProto): number {
  const entry = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')
  const opset = Number(entry?.version ?? 0n)
  if (opset < supportedOpsets.min || opset > supportedOpsets.max)
    throw new OpsetUnsupportedError(opset, supportedOpsets)
  return opset
}

function operatorsOf(model: ModelProto): ModelReport['operators'] {
  const own = new Set(model.functions.map((fn) => `${fn.domain}:${fn.name}`))
  const counts = new Map<string, { domain: string; name: string; count: number }>()
  for (const { domain, opType: name } of allNodes(model)) {
    const key = `${domain}:${name}`
    const entry = counts.get(key) ?? { domain, name, count: 0 }
    entry.count += 1
    counts.set(key, entry)
  }
  const unknown = [...counts].filter(
    ([key, { domain, name }]) => !own.has(key) && !isKnownOperator(domain, name),
  )
  if (unknown.length > 0) {
    throw new OperatorUnknownError(
      unknown.slice(0, 8).map(([, { domain, name }]) => `${domain || 'ai.onnx'}.${name}`),
    )
  }
  return [...counts.values()].sort((a, b) => (a.domain + a.name < b.domain + b.name ? -1 : 1))
}

/** Older files list their weights among the inputs as well. */
function inputsOf(model: ModelProto): ModelTensor[] {
  const weights = new Set(model.graph?.initializer.map((tensor) => tensor.name))
  const inputs = (model.graph?.input ?? []).filter((info) => !weights.has(info.name))
  if (inputs.length === 0) throw new ModelInterfaceUnsupportedError('it has no inputs')
  return inputs.map((info) => toModelTensor(info))
}

function toModelTensor({ name, type }: ValueInfoProto): ModelTensor {
  if (type?.value.case !== 'tensorType') throw new ModelInterfaceUnsupportedError(`"${name}" is not a tensor`)
  const { elemType, shape } = type.value.value
  const dtype = dtypeOf(elemType)
  if (dtype === undefined)
    throw new ModelInterfaceUnsupportedError(`"${name}" has the unknown element type ${elemType}`)
  const dims = (shape?.dim ?? []).map(({ value }, index) => {
    if (value.case === 'dimValue') return Number(value.value)
    return value.case === 'dimParam' && value.value !== '' ? value.value : `${name}.${index}`
  })
  return { name, dtype, dims }
}

function weightsOf(model: ModelProto): { parameters: bigint; precision: TensorSet.DType } {
  const byType = new Map<TensorSet.DType, bigint>()
  let parameters = 0n
  for (const { dims, dataType } of allTensors(model)) {
    const count = dims.reduce((product, dim) => product * dim, 1n)
    const dtype = dtypeOf(dataType)
    parameters += count
    if (dtype !== undefined) byType.set(dtype, (byType.get(dtype) ?? 0n) + count)
  }
  const [most] = [...byType].sort(([, a], [, b]) => (a < b ? 1 : -1))
  return { parameters, precision: most?.[0] ?? 'float32' }
}

/** The SDK lists the element types in the order of ONNX's codes, which start at 1. */
const dtypeOf = (code: number): TensorSet.DType | undefined => TensorSet.dtypes[code - 1]
