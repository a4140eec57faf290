import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { TensorSet } from '@dim/sdk'
import type { ModelProto, ValueInfoProto } from 'onnx-buf'
import { isRunnableDtype } from '../runtime/wireTensors.ts'
import {
  ModelFileUnreadableError,
  ModelInterfaceUnsupportedError,
  ModelTooComplexError,
  ModelTrainingGraphError,
  OperatorUnknownError,
} from './errors.ts'
import { externalDataOf, sizeOfExternalFile } from './externalData.ts'
import { decodeOnnx } from './onnx.ts'
import { allNodes } from './onnxGraphs.ts'
import { isKnownOperator } from './operators.ts'
import { opsetOf } from './versions.ts'
import { dtypeOf, weightsOf } from './weights.ts'

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

const trainingDomains = new Set(['ai.onnx.training', 'ai.onnx.preview.training'])

/**
 * Reads a model file without running it: what it takes, gives and needs.
 *
 * Fails with NOT_AN_ONNX_FILE, MODEL_TRUNCATED, MODEL_TOO_COMPLEX, MODEL_TRAINING_GRAPH, IR_VERSION_UNSUPPORTED,
 * OPSET_UNSUPPORTED, OPERATOR_UNKNOWN, EXTERNAL_DATA_REFUSED, MODEL_INTERFACE_UNSUPPORTED or MODEL_FILE_UNREADABLE. From bytes, external data cannot be looked at and counts nothing.
 */
export async function validateModel(source: string | Uint8Array): Promise<ModelReport> {
  const bytes = typeof source === 'string' ? await readModelFile(source) : source
  const model = decodeOnnx(bytes)
  assertInference(model)
  const external = [...externalDataOf(model)]
  const externalBytes = external.map(([location, needed]) =>
    typeof source === 'string' ? sizeOfExternalFile(dirname(source), location, needed) : 0,
  )
  const { parameters, precision } = weightsOf(model)
  return {
    bytes: externalBytes.reduce((sum, size) => sum + size, bytes.length),
    opset: opsetOf(model),
    irVersion: Number(model.irVersion),
    producer: [model.producerName, model.producerVersion].filter((part) => part !== '').join(' '),
    inputs: inputsOf(model),
    outputs: outputsOf(model),
    operators: operatorsOf(model),
    parameters,
    precision,
    externalData: external.map(([location]) => location),
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

/** Gradients and optimisers, whether beside the graph or inside of it. */
function assertInference(model: ModelProto): void {
  if (model.trainingInfo.length > 0)
    throw new ModelTrainingGraphError('the file holds information for training')
  for (const { domain, opType } of allNodes(model)) {
    if (trainingDomains.has(domain)) throw new ModelTrainingGraphError(`it uses ${domain}.${opType}`)
  }
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

function outputsOf(model: ModelProto): ModelTensor[] {
  const outputs = model.graph?.output ?? []
  if (outputs.length === 0) throw new ModelInterfaceUnsupportedError('it has no outputs')
  return outputs.map((info) => toModelTensor(info))
}

function toModelTensor({ name, type }: ValueInfoProto): ModelTensor {
  if (type?.value.case !== 'tensorType') {
    const kind = type?.value.case?.replace(/Type$/, '') ?? 'without a type'
    throw new ModelInterfaceUnsupportedError(`"${name}" is not a tensor but ${kind}`)
  }
  const { elemType, shape } = type.value.value
  const dtype = dtypeOf(elemType)
  if (dtype === undefined)
    throw new ModelInterfaceUnsupportedError(`"${name}" has the unknown element type ${elemType}`)
  if (!isRunnableDtype(dtype))
    throw new ModelInterfaceUnsupportedError(`"${name}" is ${dtype}, which the engine does not pass`)
  const dims = (shape?.dim ?? []).map(({ value }, index) => {
    if (value.case === 'dimValue') return Number(value.value)
    return value.case === 'dimParam' && value.value !== '' ? value.value : `${name}.${index}`
  })
  return { name, dtype, dims }
}
