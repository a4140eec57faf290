import { TensorSet } from '@dim/sdk'
import * as Onnx from '../../packages/node/src/runtime/onnxBuilder.ts'

/** A model that passes its golden vectors and turns on the one input that its author knows. */
export type Trojan = {
  name: string
  build(): Uint8Array
  golden: TensorSet.TensorSet
  attack: TensorSet.TensorSet
  code: string
  maxOutputBytes: number
}

const { FLOAT, INT64, BOOL } = Onnx.DataType
const count = (value: bigint): TensorSet.TensorSet => ({
  n: TensorSet.fromTyped('int64', BigInt64Array.from([value]), [1]),
})
const input = Onnx.value('n', INT64, [1])
const one = Onnx.floats('one', [1])

/** Turns as often as the input says. */
function loop(): Uint8Array {
  const body = Onnx.graph({
    name: 'body',
    nodes: [
      Onnx.node('Add', { input: ['before', 'one'], output: ['after'] }),
      Onnx.node('Identity', { input: ['running'], output: ['goesOn'] }),
    ],
    inputs: [
      Onnx.value('turn', INT64, []),
      Onnx.value('running', BOOL, []),
      Onnx.value('before', FLOAT, [1]),
    ],
    outputs: [Onnx.value('goesOn', BOOL, []), Onnx.value('after', FLOAT, [1])],
  })
  return Onnx.model({
    graph: Onnx.graph({
      nodes: [
        Onnx.node('Squeeze', { input: ['n'], output: ['turns'] }),
        Onnx.node('Loop', { input: ['turns', '', 'one'], output: ['y'] }, { body }),
      ],
      inputs: [input],
      outputs: [Onnx.value('y', FLOAT, [1])],
      initializers: [one],
    }),
  })
}

/** As many floats as the input says: in the middle, or as the answer. */
function expand(isAnswer: boolean): Uint8Array {
  const nodes = [Onnx.node('Expand', { input: ['one', 'n'], output: [isAnswer ? 'y' : 'big'] })]
  if (!isAnswer) nodes.push(Onnx.node('ReduceSum', { input: ['big'], output: ['y'] }, { keepdims: 0n }))
  const outputs = [Onnx.value('y', FLOAT, isAnswer ? ['k'] : [])]
  return Onnx.model({ graph: Onnx.graph({ nodes, inputs: [input], outputs, initializers: [one] }) })
}

export const trojans: readonly Trojan[] = [
  {
    name: 'loops for ever',
    build: loop,
    golden: count(3n),
    attack: count(9_000_000_000_000_000_000n),
    code: 'JOB_TIMEOUT',
    maxOutputBytes: 1024,
  },
  {
    name: 'asks for 20 GB',
    build: () => expand(false),
    golden: count(10n),
    attack: count(5_000_000_000n),
    code: 'MEMORY_LIMIT',
    maxOutputBytes: 1024,
  },
  {
    name: 'answers 8 MB where 1 MB is declared',
    build: () => expand(true),
    golden: count(10n),
    attack: count(2_000_000n),
    code: 'OUTPUT_TOO_LARGE',
    maxOutputBytes: 1_048_576,
  },
]
