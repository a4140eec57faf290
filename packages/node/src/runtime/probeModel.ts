import * as Onnx from './onnxBuilder.ts'
import { probeModel } from './providers.ts'

/** y = relu(x·W): a matrix product and an activation, which every execution provider implements. */
export function probeModelBytes(): Uint8Array {
  const dims = probeModel.dims.map(BigInt)
  const weights = Onnx.floats(
    'w',
    Array.from({ length: probeModel.elements }, (_, i) => (i % 7) - 3),
    dims,
  )
  return Onnx.model({
    graph: Onnx.graph({
      nodes: [
        Onnx.node('MatMul', { input: [probeModel.input, 'w'], output: ['p'] }),
        Onnx.node('Relu', { input: ['p'], output: ['y'] }),
      ],
      inputs: [Onnx.value(probeModel.input, Onnx.DataType.FLOAT, probeModel.dims)],
      outputs: [Onnx.value('y', Onnx.DataType.FLOAT, probeModel.dims)],
      initializers: [weights],
    }),
  })
}
