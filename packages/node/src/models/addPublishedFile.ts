import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { ModelManifest } from '@dim/sdk'
import type { ContentStore } from '../content/contentStore.ts'
import { ModelFileUnreadableError } from './errors.ts'

export type PublishFile = {
  /** Where it lies below the model's directory. */
  path: string
  /** A path on this disk, or the bytes themselves. */
  source: string | Uint8Array
  role: ModelManifest.File['role']
}

/** Puts one file into the store and describes it for the manifest; hashed while it streams. */
export async function addPublishedFile(
  content: ContentStore,
  { path, source, role }: PublishFile,
): Promise<ModelManifest.File> {
  const hash = createHash('sha256')
  let bytes = 0
  const hashed = async function* () {
    for await (const chunk of open(path, source)) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  const { cid } = await content.add(hashed())
  return { path, cid: cid.toString(), bytes, sha256: `0x${hash.digest('hex')}`, role }
}

async function* open(path: string, source: string | Uint8Array): AsyncGenerator<Uint8Array> {
  if (typeof source !== 'string') {
    yield source
    return
  }
  try {
    yield* createReadStream(source)
  } catch (cause) {
    throw new ModelFileUnreadableError(path, cause)
  }
}
