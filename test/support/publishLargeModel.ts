import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContentStore } from '../../packages/node/src/content/contentStore.ts'
import { buildManifest, type PublishedModel } from '../../packages/node/src/models/publish.ts'
import * as Onnx from '../../packages/node/src/runtime/onnxBuilder.ts'
import type { WorkerPool } from '../../packages/node/src/runtime/workerPool.ts'

export type LargeModelOptions = { dir: string; content: ContentStore; pool: WorkerPool; weightsBytes: number }

/** y = Σ x·w, so that input and output are one number and the weights, in a file of their own, are large. */
export async function publishLargeModel(options: LargeModelOptions): Promise<PublishedModel> {
  const { dir, content, pool, weightsBytes } = options
  await mkdir(dir, { recursive: true })
  const values = Float32Array.from({ length: weightsBytes / 4 }, (_, index) => (index % 9973) / 9973)
  const weights = Onnx.tensor('w', Onnx.DataType.FLOAT, [BigInt(values.length)], new Uint8Array())
  weights.dataLocation = 1
  const location = { location: 'weights.bin', offset: '0', length: String(weightsBytes) }
  for (const [key, value] of Object.entries(location))
    weights.externalData.push({ $typeName: 'onnx.StringStringEntryProto', key, value })
  const graph = Onnx.graph({
    nodes: [
      Onnx.node('Mul', { input: ['x', 'w'], output: ['xw'] }),
      Onnx.node('ReduceMax', { input: ['xw'], output: ['y'] }),
    ],
    inputs: [Onnx.value('x', Onnx.DataType.FLOAT, [1])],
    outputs: [Onnx.value('y', Onnx.DataType.FLOAT, [1])],
    initializers: [weights],
  })
  await writeFile(join(dir, 'model.onnx'), Onnx.model({ graph }))
  await writeFile(join(dir, 'weights.bin'), Buffer.from(values.buffer))
  const publisher = '0x00000000000000000000000000000000000000A1' as const
  const salt = `0x${'1'.padStart(64, '0')}` as const
  return buildManifest({
    onnxPath: join(dir, 'model.onnx'),
    ...{ content, pool, options: { name: 'large', version: '1', publisher, salt } },
  })
}
