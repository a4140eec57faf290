import { create, toBinary } from '@bufbuild/protobuf'
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type FunctionProto,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf'

export { DataType }

type Attribute = number | bigint | string | readonly bigint[] | TensorProto | GraphProto

export type ModelParts = {
  graph: GraphProto
  opset?: number
  irVersion?: number
  /** Further operator domains, at version 1. */
  domains?: readonly string[]
  functions?: readonly FunctionProto[]
}

/** One operator; attributes by name: number → float, bigint → int, bigint[] → ints, or a tensor or graph. */
export function node(
  opType: string,
  wiring: { input: string[]; output: string[] },
  attributes: Record<string, Attribute> = {},
  domain = '',
): NodeProto {
  const attribute = Object.entries(attributes).map(([name, value]) => toAttribute(name, value))
  return create(NodeProtoSchema, { opType, domain, name: wiring.output[0] ?? opType, ...wiring, attribute })
}

function toAttribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value })
  if (typeof value === 'bigint')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: value })
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeType.STRING,
      s: new TextEncoder().encode(value),
    })
  }
  if (isIntegers(value))
    return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: [...value] })
  return value.$typeName === 'onnx.GraphProto'
    ? create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: value })
    : create(AttributeProtoSchema, { name, type: AttributeType.TENSOR, t: value })
}

const isIntegers = (value: TensorProto | GraphProto | readonly bigint[]): value is readonly bigint[] =>
  Array.isArray(value)

/** A constant of raw little-endian data. */
export function tensor(
  name: string,
  dataType: DataType,
  dims: readonly bigint[],
  data: ArrayBufferView,
): TensorProto {
  const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
  return create(TensorProtoSchema, { name, dataType, dims: [...dims], rawData })
}

export const floats = (name: string, values: number[], dims = [BigInt(values.length)]): TensorProto =>
  tensor(name, DataType.FLOAT, dims, Float32Array.from(values))

export const int64s = (name: string, values: bigint[], dims = [BigInt(values.length)]): TensorProto =>
  tensor(name, DataType.INT64, dims, BigInt64Array.from(values))

/** The declaration of an input or output: dimensions by number or name. */
export function value(name: string, elemType: DataType, dims: readonly (number | string)[]): ValueInfoProto {
  const dim = dims.map((size) => ({
    value:
      typeof size === 'string'
        ? { case: 'dimParam' as const, value: size }
        : { case: 'dimValue' as const, value: BigInt(size) },
  }))
  const type = { value: { case: 'tensorType' as const, value: { elemType, shape: { dim } } } }
  return create(ValueInfoProtoSchema, { name, type })
}

export function graph(parts: {
  nodes: NodeProto[]
  inputs?: ValueInfoProto[]
  outputs?: ValueInfoProto[]
  initializers?: TensorProto[]
  name?: string
}): GraphProto {
  return create(GraphProtoSchema, {
    name: parts.name ?? 'g',
    node: parts.nodes,
    input: parts.inputs ?? [],
    output: parts.outputs ?? [],
    initializer: parts.initializers ?? [],
  })
}

/** The bytes of a .onnx file. */
export function model({
  graph,
  opset = 17,
  irVersion = 8,
  domains = [],
  functions = [],
}: ModelParts): Uint8Array {
  const opsetImport = [
    { domain: '', version: BigInt(opset) },
    ...domains.map((domain) => ({ domain, version: 1n })),
  ]
  const message = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    producerName: 'dim',
    opsetImport,
    graph,
    functions: [...functions],
  })
  return toBinary(ModelProtoSchema, message)
}
