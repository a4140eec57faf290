import type { Hex } from 'viem'
import { type RequestOptions, request } from './request.ts'
import { withRetries } from './withRetries.ts'

export type PutBlockParameters = RequestOptions & {
  /** CIDv1 (raw, sha2-256) of the bytes. */
  cid: string
  bytes: Uint8Array
  /** Nonce of a live quote: a node stores blocks for nobody else. */
  quoteNonce: Hex
}

/**
 * Pushes one block to a node and waits until it is on the node's disk (`PUT /api/blocks/{cid}`); the same again is fine.
 *
 * @throws the node's own code (no live quote, too large, wrong hash), or `HTTP_UNREACHABLE`, `HTTP_TIMEOUT`.
 * @example
 * await putBlock(endpoint, { cid: refToCid(envelope.ref), bytes: envelope.root, quoteNonce: quote.nonce })
 */
export async function putBlock(
  endpoint: string,
  { cid, bytes, quoteNonce, signal, timeoutMs = 60_000 }: PutBlockParameters,
): Promise<void> {
  const headers = { 'content-type': 'application/vnd.ipld.raw', 'x-dim-quote': quoteNonce }
  const path = `/api/blocks/${cid}`
  const push = () =>
    request({ endpoint, path, method: 'PUT', headers, body: bytes, maxBytes: 65_536, signal, timeoutMs })
  await withRetries(push, { signal })
}
