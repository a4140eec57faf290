import { CID } from 'multiformats/cid'
import { z } from 'zod'
import type { AddOptions } from '../contentStore.ts'
import { type kuboErrors, refused } from './kuboErrors.ts'
import { postFile } from './postFile.ts'
import type { RpcEndpoint } from './rpcEndpoint.ts'

/** What makes the daemon's CIDs those of `addFile`. */
const PROFILE = {
  'cid-version': '1',
  'raw-leaves': 'true',
  chunker: 'size-1048576',
  'max-file-links': '1024',
  pin: 'false',
}

const addedSchema = z.object({ Hash: z.string() })

const addUrl = ({ url }: RpcEndpoint): URL => new URL(`${url}/api/v0/add?${new URLSearchParams(PROFILE)}`)

/** Streams a file to the daemon, which cuts it as `addFile` does. */
export async function kuboAdd(
  { endpoint, rpc }: { endpoint: RpcEndpoint; rpc: ReturnType<typeof kuboErrors> },
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
    const answer = await rpc(() =>
      postFile(addUrl(endpoint), counted(), { headers: endpoint.headers, signal }),
    )
    if (answer.status !== 200) throw refused(endpoint.url, answer.body)
    if (answer.streamError !== undefined) throw refused(endpoint.url, answer.streamError)
    const { Hash } = addedSchema.parse(JSON.parse(answer.body.trim().split('\n').at(-1) ?? ''))
    return { cid: CID.parse(Hash), size }
  } catch (error) {
    // What the source broke with says more than that the upload ended early.
    throw broken === undefined ? error : broken.error
  }
}
