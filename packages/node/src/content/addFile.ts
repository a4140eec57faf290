import { importByteStream, type WritableStorage } from 'ipfs-unixfs-importer'
import type { CID } from 'multiformats/cid'
import type { AddOptions } from './contentStore.ts'
import type { DurableBlockstore } from './durableBlockstore.ts'

async function join(
  bytes: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  if (bytes instanceof Uint8Array) return bytes
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

/** Chunks a stream into UnixFS: 1 MiB, CIDv1, raw leaves, at most 1024 links a node. */
export async function addFile(
  blocks: DurableBlockstore,
  source: AsyncIterable<Uint8Array>,
  { signal, onProgress }: AddOptions = {},
): Promise<{ cid: CID; size: bigint }> {
  let size = 0n
  async function* counted() {
    for await (const chunk of source) {
      signal?.throwIfAborted()
      size += BigInt(chunk.length)
      yield chunk
      onProgress?.(Number(size))
    }
  }
  const storage: WritableStorage = {
    async put(cid, bytes) {
      await blocks.writeBlock(cid, await join(bytes), { durable: false })
      return cid
    },
  }
  const { cid } = await importByteStream(counted(), storage, {
    profile: 'unixfs-v1-2025',
    blockWriteConcurrency: 8,
  })
  return { cid, size }
}
