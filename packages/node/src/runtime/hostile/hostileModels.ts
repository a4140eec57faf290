import { create } from '@bufbuild/protobuf'
import {
  TensorProto_DataLocation as DataLocation,
  FunctionProtoSchema,
  type GraphProto,
  OperatorSetIdProtoSchema,
  SparseTensorProtoSchema,
  type TensorProto,
} from 'onnx-buf'
import * as Onnx from '../onnxBuilder.ts'

const { FLOAT, INT64, BOOL, UINT8 } = Onnx.DataType
const forever = 9_223_372_036_854_775_807n
const x = Onnx.value('x', FLOAT, [1])
const y = Onnx.value('y', FLOAT, [1])

const oneGraph = (
  nodes: Parameters<typeof Onnx.graph>[0]['nodes'],
  initializers: TensorProto[] = [],
): GraphProto => Onnx.graph({ nodes, initializers, inputs: [x], outputs: [y] })

/** y = x + 1. */
export const benign = (): Uint8Array =>
  Onnx.model({
    graph: oneGraph([Onnx.node('Add', { input: ['x', 'one'], output: ['y'] })], [Onnx.floats('one', [1])]),
  })

const loopBody = (): GraphProto =>
  Onnx.graph({
    name: 'body',
    nodes: [
      Onnx.node('Add', { input: ['s', 'step'], output: ['so'] }),
      Onnx.node('Identity', { input: ['ci'], output: ['co'] }),
    ],
    initializers: [Onnx.floats('step', [1])],
    inputs: [Onnx.value('it', INT64, []), Onnx.value('ci', BOOL, []), Onnx.value('s', FLOAT, [1])],
    outputs: [Onnx.value('co', BOOL, []), Onnx.value('so', FLOAT, [1])],
  })

const loopConstants = (): TensorProto[] => [
  Onnx.int64s('trips', [forever], []),
  Onnx.tensor('cond', BOOL, [], Uint8Array.from([1])),
]

/** Never ends, and starts only when an input arrives. */
export const endlessRun = (): Uint8Array =>
  Onnx.model({
    graph: oneGraph(
      [Onnx.node('Loop', { input: ['trips', 'cond', 'x'], output: ['y'] }, { body: loopBody() })],
      loopConstants(),
    ),
  })

/** Never ends while the engine folds constants at load. */
export const endlessLoad = (): Uint8Array =>
  Onnx.model({
    graph: oneGraph(
      [
        Onnx.node('Loop', { input: ['trips', 'cond', 'x0'], output: ['l'] }, { body: loopBody() }),
        Onnx.node('Add', { input: ['x', 'l'], output: ['y'] }),
      ],
      [...loopConstants(), Onnx.floats('x0', [0])],
    ),
  })

/** Grows by 4 MB at each turn, for ever. */
export const growingScan = (): Uint8Array => {
  const body = Onnx.graph({
    name: 'body',
    nodes: [
      Onnx.node('Identity', { input: ['ci'], output: ['co'] }),
      Onnx.node('Expand', { input: ['x', 'shape'], output: ['so'] }),
    ],
    initializers: [Onnx.int64s('shape', [1_048_576n])],
    inputs: [Onnx.value('it', INT64, []), Onnx.value('ci', BOOL, [])],
    outputs: [Onnx.value('co', BOOL, []), Onnx.value('so', FLOAT, ['k'])],
  })
  return Onnx.model({
    graph: Onnx.graph({
      nodes: [Onnx.node('Loop', { input: ['trips', 'cond'], output: ['y'] }, { body })],
      initializers: loopConstants(),
      inputs: [x],
      outputs: [Onnx.value('y', FLOAT, ['t', 'k'])],
    }),
  })
}

/** `elements` floats in the middle, one float at the end; allocated when it runs. */
export const hugeRun = (elements: bigint): Uint8Array =>
  Onnx.model({
    graph: Onnx.graph({
      nodes: [
        Onnx.node('Expand', { input: ['x', 'shape'], output: ['big'] }),
        Onnx.node('ReduceSum', { input: ['big'], output: ['y'] }, { keepdims: 0n }),
      ],
      initializers: [Onnx.int64s('shape', [elements])],
      inputs: [x],
      outputs: [Onnx.value('y', FLOAT, [])],
    }),
  })

/** The same, folded while the model is loaded. */
export const hugeLoad = (elements: bigint): Uint8Array =>
  Onnx.model({
    graph: oneGraph(
      [
        Onnx.node(
          'ConstantOfShape',
          { input: ['shape'], output: ['big'] },
          { value: Onnx.floats('v', [1.5]) },
        ),
        Onnx.node('ReduceSum', { input: ['big'], output: ['s'] }, { keepdims: 0n }),
        Onnx.node('Add', { input: ['x', 's'], output: ['y'] }),
      ],
      [Onnx.int64s('shape', [elements])],
    ),
  })

/** One stored value that stands for `elements`, which the engine writes out at load. */
export const hugeSparse = (elements: bigint): Uint8Array => {
  const graph = oneGraph([
    Onnx.node('ReduceSum', { input: ['sp'], output: ['s'] }, { keepdims: 0n }),
    Onnx.node('Add', { input: ['x', 's'], output: ['y'] }),
  ])
  const values = Onnx.floats('sp', [1])
  graph.sparseInitializer.push(
    create(SparseTensorProtoSchema, { values, indices: Onnx.int64s('', [0n]), dims: [elements] }),
  )
  return Onnx.model({ graph })
}

/** `elements` floats of output from one of input. */
export const hugeOutput = (elements: bigint): Uint8Array =>
  Onnx.model({
    graph: Onnx.graph({
      nodes: [Onnx.node('Expand', { input: ['x', 'shape'], output: ['y'] })],
      initializers: [Onnx.int64s('shape', [elements])],
      inputs: [x],
      outputs: [Onnx.value('y', FLOAT, ['k'])],
    }),
  })

/** Each function calls the next one twice: 2^levels nodes when the engine expands them. */
export const doublingFunctions = (levels: number): Uint8Array => {
  const domain = 'local'
  const versions = [
    create(OperatorSetIdProtoSchema, { domain: '', version: 17n }),
    create(OperatorSetIdProtoSchema, { domain, version: 1n }),
  ]
  const functions = Array.from({ length: levels }, (_, level) => {
    const call = (input: string, output: string) =>
      level === levels - 1
        ? Onnx.node('Neg', { input: [input], output: [output] })
        : Onnx.node(`F${level + 1}`, { input: [input], output: [output] }, {}, domain)
    const parts = { name: `F${level}`, domain, input: ['x'], output: ['y'], opsetImport: versions }
    return create(FunctionProtoSchema, { ...parts, node: [call('x', 't'), call('t', 'y')] })
  })
  const graph = oneGraph([Onnx.node('F0', { input: ['x'], output: ['y'] }, {}, domain)])
  return Onnx.model({ graph, domains: [domain], functions })
}

/** A chain of `count` negations. */
export const manyNodes = (count: number): Uint8Array =>
  Onnx.model({
    graph: oneGraph(
      Array.from({ length: count }, (_, i) => {
        const wiring = { input: [i === 0 ? 'x' : `a${i}`], output: [i === count - 1 ? 'y' : `a${i + 1}`] }
        return Onnx.node('Neg', wiring)
      }),
    ),
  })

export const unknownOperator = (): Uint8Array =>
  Onnx.model({
    graph: oneGraph([Onnx.node('Pwn', { input: ['x'], output: ['y'] }, {}, 'com.evil')]),
    domains: ['com.evil'],
  })

export const unknownOpset = (): Uint8Array =>
  Onnx.model({ graph: oneGraph([Onnx.node('Neg', { input: ['x'], output: ['y'] })]), opset: 999 })

/** An output that is 16 bytes of the file at `location`. */
export const externalData = (location: string): Uint8Array => {
  const weights = Onnx.tensor('c', UINT8, [16n], new Uint8Array())
  weights.dataLocation = DataLocation.EXTERNAL
  const entries = { location, offset: '0', length: '16' }
  for (const [key, value] of Object.entries(entries)) {
    weights.externalData.push({ $typeName: 'onnx.StringStringEntryProto', key, value })
  }
  return Onnx.model({
    graph: Onnx.graph({
      nodes: [
        Onnx.node('Identity', { input: ['c'], output: ['y'] }),
        Onnx.node('Identity', { input: ['x'], output: ['z'] }),
      ],
      initializers: [weights],
      inputs: [x],
      outputs: [Onnx.value('y', UINT8, [16]), Onnx.value('z', FLOAT, [1])],
    }),
  })
}

/** The first bytes of a file in the engine's own format. */
export const ortFile = (): Uint8Array => {
  const bytes = new Uint8Array(512)
  bytes.set([0x18, 0, 0, 0])
  bytes.set(new TextEncoder().encode('ORTM'), 4)
  return bytes
}
