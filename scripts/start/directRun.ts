// A process of its own: runs a model file on tensors with the engine alone, with none of what a job goes through.
import { readFile, writeFile } from 'node:fs/promises'
import { TensorSet } from '@dim/sdk'
import { InferenceSession, Tensor } from 'onnxruntime-node'

const [onnxPath = '', inputsFile = '', outputsFile = ''] = process.argv.slice(2)
const inputs = TensorSet.decode(await readFile(inputsFile))
const session = await InferenceSession.create(onnxPath, { executionProviders: ['cpu'] })
const feeds = Object.entries(inputs).map(([name, tensor]) => [
  name,
  new Tensor(tensor.dtype as 'float32', TensorSet.toTyped(tensor) as Float32Array, tensor.dims),
])
const outputs = Object.entries(await session.run(Object.fromEntries(feeds))).map(
  ([name, { type, data, dims }]) => [
    name,
    TensorSet.fromTyped(type as 'float32', data as Float32Array, dims),
  ],
)
await writeFile(outputsFile, TensorSet.encode(Object.fromEntries(outputs)))
await session.release()
