import { type RequestOptions, request } from './request.ts'
import { withRetries } from './withRetries.ts'

export type PutModelBlockParameters = RequestOptions & {
  /** CIDv1 (sha2-256) of the bytes. */
  cid: string
  bytes: Uint8Array
}

/**
 * Pushes one block of a model to a node whose operator allows uploads; the same block again is no error.
 *
 * @param endpoint URL of the node.
 * @throws `UPLOAD_REFUSED` or another code of the node, `HTTP_UNREACHABLE`, `HTTP_TIMEOUT`.
 * @example
 * await putModelBlock(endpoint, { cid, bytes })
 */
export async function putModelBlock(
  endpoint: string,
  { cid, bytes, signal, timeoutMs = 60_000 }: PutModelBlockParameters,
): Promise<void> {
  const headers = { 'content-type': 'application/vnd.ipld.raw' }
  const path = `/api/models/blocks/${cid}`
  const push = () =>
    request({ endpoint, path, method: 'PUT', headers, body: bytes, maxBytes: 65_536, signal, timeoutMs })
  await withRetries(push, { signal })
}
