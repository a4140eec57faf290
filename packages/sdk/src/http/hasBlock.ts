import { NodeRefusalError } from '../errors/nodeRefusal.ts'
import { type RequestOptions, request } from './request.ts'
import { withRetries } from './withRetries.ts'

export type HasBlockParameters = RequestOptions & { cid: string }

/**
 * Asks whether a node holds a block (`HEAD /ipfs/{cid}?format=raw`).
 *
 * @throws `HTTP_UNREACHABLE`, `HTTP_TIMEOUT`, or the node's own code for anything but "not found".
 * @example
 * if (!(await hasBlock(endpoint, { cid }))) await putBlock(endpoint, { cid, bytes, quoteNonce })
 */
export async function hasBlock(
  endpoint: string,
  { cid, signal, timeoutMs }: HasBlockParameters,
): Promise<boolean> {
  const path = `/ipfs/${cid}?format=raw`
  try {
    await withRetries(() => request({ endpoint, path, method: 'HEAD', maxBytes: 0, signal, timeoutMs }), {
      signal,
    })
    return true
  } catch (error) {
    if (error instanceof NodeRefusalError && error.status === 404) return false
    throw error
  }
}
