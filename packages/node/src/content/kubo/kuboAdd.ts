import type { KuboRPCClient } from 'kubo-rpc-client'
import type { CID } from 'multiformats/cid'
import type { AddOptions } from '../contentStore.ts'
import type { kuboErrors } from './kuboErrors.ts'

/** What makes the daemon's CIDs those of `addFile`. */
const PROFILE = {
  cidVersion: 1,
  rawLeaves: true,
  chunker: 'size-1048576',
  maxFileLinks: 1024,
  pin: false,
} as const

/** Streams a file to the daemon, which cuts it as `addFile` does. */
export async function kuboAdd(
  { client, rpc }: { client: KuboRPCClient; rpc: ReturnType<typeof kuboErrors> },
  source: AsyncIterable<Uint8Array>,
  { signal, onProgress }: AddOptions = {},
): Promise<{ cid: CID; size: bigint }> {
  let size = 0n
  let broken: { error: unknown } | undefined
  async function* counted() {
    try {
      for await (const chunk of source) {
        signal?.throwIfAborted()
        size += BigInt(chunk.length)
        yield chunk
        onProgress?.(Number(size))
      }
    } catch (error) {
      broken = { error }
      throw error
    }
  }
  signal?.throwIfAborted()
  try {
    const { cid } = await rpc(() => client.add(counted(), { ...PROFILE, ...(signal && { signal }) }))
    return { cid, size }
  } catch (error) {
    // The client would only say that the request was aborted.
    throw broken === undefined ? error : broken.error
  }
}
