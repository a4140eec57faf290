import { TensorSet } from '@dim/sdk'
import type { ModelProto, NodeProto, TensorProto } from 'onnx-buf'
import { allNodes, allTensors } from './onnxGraphs.ts'

export type Weights = {
  parameters: bigint
  /** Element type that holds most parameters; packed ones by what they hold, so that four bits in a byte are int4. */
  precision: TensorSet.DType
}

type Packed = { count: bigint; dtype: TensorSet.DType }

const packedTypes = new Map<bigint, TensorSet.DType>([
  [2n, 'int2'],
  [4n, 'int4'],
  [8n, 'int8'],
])

/** Counts a model's constants by their type, without looking at their values. */
export function weightsOf(model: ModelProto): Weights {
  const packed = packedWeights(model)
  const byType = new Map<TensorSet.DType, bigint>()
  let parameters = 0n
  for (const tensor of allTensors(model)) {
    const { count, dtype } = packed.get(tensor.name) ?? plain(tensor)
    parameters += count
    if (dtype !== undefined) byType.set(dtype, (byType.get(dtype) ?? 0n) + count)
  }
  const [most] = [...byType].sort(([, a], [, b]) => (a < b ? 1 : -1))
  return { parameters, precision: most?.[0] ?? 'float32' }
}

/** The SDK lists the element types in the order of ONNX's codes, which start at 1. */
export const dtypeOf = (code: number): TensorSet.DType | undefined => TensorSet.dtypes[code - 1]

function plain({ dims, dataType }: TensorProto) {
  return { count: dims.reduce((product, dim) => product * dim, 1n), dtype: dtypeOf(dataType) }
}

/** MatMulNBits keeps K · N weights of few bits as bytes, and says in its attributes how. */
function packedWeights(model: ModelProto): Map<string, Packed> {
  const found = new Map<string, Packed>()
  for (const node of allNodes(model)) {
    if (node.domain !== 'com.microsoft' || node.opType !== 'MatMulNBits') continue
    const [, weights] = node.input
    const dtype = packedTypes.get(integer(node, 'bits') ?? 4n)
    const [k, n] = [integer(node, 'K'), integer(node, 'N')]
    if (weights && dtype !== undefined && k !== undefined && n !== undefined)
      found.set(weights, { count: k * n, dtype })
  }
  return found
}

const integer = ({ attribute }: NodeProto, name: string): bigint | undefined =>
  attribute.find((candidate) => candidate.name === name)?.i
