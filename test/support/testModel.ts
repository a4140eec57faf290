import {
  DataType,
  floats,
  graph,
  int64s,
  model,
  node,
  value,
} from '../../packages/node/src/runtime/onnxBuilder.ts'

/**
 * The bytes of a model that doubles a vector of float32, `x` [n] to `y` [n].
 *
 * @param rounds How often it adds zero on the way: what a test needs to see a run under way.
 */
export function doublerOnnx({ rounds = 1 }: { rounds?: number } = {}): Uint8Array {
  const body = graph({
    nodes: [
      node('Identity', { input: ['running'], output: ['goesOn'] }),
      node('Add', { input: ['before', 'zero'], output: ['after'] }),
    ],
    inputs: [
      value('round', DataType.INT64, []),
      value('running', DataType.BOOL, []),
      value('before', DataType.FLOAT, ['n']),
    ],
    outputs: [value('goesOn', DataType.BOOL, []), value('after', DataType.FLOAT, ['n'])],
  })
  return model({
    graph: graph({
      nodes: [
        node('Add', { input: ['x', 'x'], output: ['twice'] }),
        node('Loop', { input: ['rounds', '', 'twice'], output: ['y'] }, { body }),
      ],
      inputs: [value('x', DataType.FLOAT, ['n'])],
      outputs: [value('y', DataType.FLOAT, ['n'])],
      initializers: [int64s('rounds', [BigInt(rounds)], []), floats('zero', [0])],
    }),
  })
}
