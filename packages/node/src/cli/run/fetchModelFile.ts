import { join } from 'node:path'
import type { ModelManifest } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import { endpointsToProviders } from '../../content/endpointsToProviders.ts'
import { openFsStore } from '../../content/fsStore.ts'

export type FetchModelFileOptions = { home: string; endpoints: readonly string[]; signal: AbortSignal }

/** The largest are tokenizers. */
const maxFileBytes = 64 * 1024 * 1024

/** Reads small files of a model, such as its labels and tokenizers: verified, and kept for the next time. */
export function modelFileReader(
  manifest: ModelManifest.ModelManifest,
  { home, endpoints, signal }: FetchModelFileOptions,
) {
  return async (path: string): Promise<Uint8Array> => {
    const file = manifest.files.find((candidate) => candidate.path === path)
    if (file === undefined || file.bytes > maxFileBytes) return new Uint8Array()
    const store = await openFsStore({ dir: join(home, 'content') })
    try {
      const cid = CID.parse(file.cid)
      const providers = endpointsToProviders(endpoints)
      await store.fetch(cid, { providers, signal, maxBytes: BigInt(2 * maxFileBytes) })
      const parts: Uint8Array[] = []
      for await (const part of store.read(cid)) parts.push(part)
      return Buffer.concat(parts)
    } finally {
      await store.close()
    }
  }
}
