import type { ModelManifest, TensorSet } from '@dim/sdk'
import type { ContentStore } from '../content/contentStore.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'

export type PublishFile = {
  path: string
  source: string | Uint8Array
  role: 'external-data' | 'tokenizer' | 'labels' | 'other'
}

export type PublishInput = {
  onnxPath: string
  /** Everything that the file itself does not say; interface, opset, operators and files are read from it. */
  options: {
    name: string
    version: string
    publisher: `0x${string}`
    salt: `0x${string}`
    description?: string
    task?: string
    licence?: string
    files?: readonly PublishFile[]
    preprocessing?: ModelManifest.ModelManifest['preprocessing']
    postprocessing?: ModelManifest.ModelManifest['postprocessing']
    tolerance?: ModelManifest.ModelManifest['tolerance']
    maxima?: Partial<ModelManifest.ModelManifest['maxima']>
    /** Inputs of the golden vectors; left out, two sets are generated from the declared shapes. */
    goldenInputs?: readonly TensorSet.TensorSet[]
  }
  content: ContentStore
  pool: WorkerPool
  signal?: AbortSignal
}

export type PublishedModel = {
  manifest: ModelManifest.ModelManifest
  modelKey: `0x${string}`
  manifestBlock: Uint8Array
  /** Root CIDs of everything the manifest names, for pinning. */
  cids: readonly string[]
}

/** Puts a model's files, golden vectors and manifest into a content store. */
export declare function buildManifest(input: PublishInput): Promise<PublishedModel>
