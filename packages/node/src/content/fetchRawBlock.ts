import type { CID } from 'multiformats/cid'
import { BlockTooLargeError } from './blockTooLarge.ts'
import { EndpointRefusedError } from './endpointRefused.ts'
import { verifyBlock } from './verifyBlock.ts'

export type FetchRawBlockOptions = {
  endpoint: string
  maxBlockBytes: number
  timeoutMs: number
  signal: AbortSignal
}

async function readBounded(cid: CID, body: ReadableStream<Uint8Array> | null, maxBytes: number) {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw new BlockTooLargeError(cid, { maxBytes })
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks, size))
}

/** One request to one endpoint; the bytes are bounded and verified before they are returned. */
export async function fetchRawBlock(cid: CID, options: FetchRawBlockOptions): Promise<Uint8Array> {
  const { endpoint, maxBlockBytes, timeoutMs, signal } = options
  const response = await fetch(`${endpoint}/ipfs/${cid}?format=raw`, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    redirect: 'error',
    headers: { accept: 'application/vnd.ipld.raw' },
  })
  const tooLarge = Number(response.headers.get('content-length') ?? 0) > maxBlockBytes
  if (!response.ok || tooLarge) {
    await response.body?.cancel()
    if (tooLarge) throw new BlockTooLargeError(cid, { maxBytes: maxBlockBytes })
    throw new EndpointRefusedError(cid, { endpoint, status: response.status })
  }
  const bytes = await readBounded(cid, response.body, maxBlockBytes)
  verifyBlock(cid, bytes, endpoint)
  return bytes
}
