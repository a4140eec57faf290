import { ModelManifest, refToCid, TensorSet } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import { type Address, bytesToHex, sha256 } from 'viem'
import type { ContentStore } from '../../content/contentStore.ts'

export type TextManifestOptions = {
  name: string
  publisher: Address
  content: ContentStore
  /** The weights, if only to be named. */
  file?: Uint8Array
  golden?: readonly { inputs: TensorSet.TensorSet; outputs: TensorSet.TensorSet }[]
  runMs?: number
}

async function* once(bytes: Uint8Array) {
  yield bytes
}

/** Publishes a text model of format GGUF to a store: prompt in, text and tokens out. */
export async function publishTextModel(options: TextManifestOptions) {
  const {
    name,
    publisher,
    content,
    file = new Uint8Array([71, 71, 85, 70]),
    golden = [],
    runMs = 10_000,
  } = options
  const add = async (bytes: Uint8Array) => (await content.add(once(bytes))).cid.toString()
  const vectors = []
  for (const { inputs, outputs } of golden) {
    vectors.push({
      inputs: await add(TensorSet.encode(inputs)),
      outputs: await add(TensorSet.encode(outputs)),
    })
  }
  const manifest = ModelManifest.parse({
    dim: 'model/1',
    name,
    version: '1.0.0',
    publisher,
    salt: bytesToHex(crypto.getRandomValues(new Uint8Array(32))),
    description: 'Goes on with a text.',
    task: 'text-generation',
    licence: 'MIT',
    format: 'gguf',
    precision: 'float32',
    files: [
      { path: 'model.gguf', cid: await add(file), bytes: file.length, sha256: sha256(file), role: 'model' },
    ],
    entry: 'model.gguf',
    opset: 1,
    operators: [],
    inputs: [
      { name: 'prompt', dtype: 'string', dims: [1] },
      { name: 'max_tokens', dtype: 'int64', dims: [1], default: 32 },
      { name: 'temperature', dtype: 'float32', dims: [1], default: 0 },
    ],
    outputs: [
      { name: 'text', dtype: 'string', dims: [1] },
      { name: 'usage', dtype: 'int64', dims: [2] },
    ],
    preprocessing: [],
    postprocessing: [],
    tolerance: { mode: 'exact', absolute: 0, relative: 0 },
    golden: vectors,
    unit: '1k-tokens',
    maxima: { inputBytes: 65_536, outputBytes: 65_536, runMs },
  })
  const modelKey = ModelManifest.key(manifest)
  await content.putBlock(CID.parse(refToCid(modelKey)), ModelManifest.canonical(manifest))
  return { manifest, modelKey }
}

/** A prompt as the inputs of such a model. */
export const promptOf = (prompt: string, temperature?: number): TensorSet.TensorSet => ({
  prompt: TensorSet.fromTyped('string', [prompt], [1]),
  ...(temperature === undefined ? {} : { temperature: TensorSet.fromNumbers('float32', [temperature], [1]) }),
})

/** What such a model gives. */
export const textAnswer = (
  text: string,
  promptTokens: number,
  completionTokens: number,
): TensorSet.TensorSet => ({
  text: TensorSet.fromTyped('string', [text], [1]),
  usage: TensorSet.fromNumbers('int64', [promptTokens, completionTokens], [2]),
})
