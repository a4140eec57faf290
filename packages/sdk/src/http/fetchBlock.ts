import { type Hex, sha256 } from 'viem'
import { cidToRef } from '../crypto/cid.ts'
import { BlockTamperedError } from '../errors/blockTampered.ts'
import { type RequestOptions, request } from './request.ts'
import { withRetries } from './withRetries.ts'

export type FetchBlockParameters = RequestOptions & {
  /** CIDv1 (sha2-256) of the block. */
  cid: string
  /** 2 MiB by default; no block of this network is larger. */
  maxBytes?: number
}

/**
 * Fetches one raw block from a node's trustless gateway and checks its hash (https://specs.ipfs.tech/http-gateways/trustless-gateway/).
 *
 * @returns Bytes whose SHA-256 is that of the CID.
 * @throws `BLOCK_TAMPERED` for other bytes, `HTTP_TOO_LARGE` above `maxBytes`, `HTTP_404` or the node's code when it has none.
 * @example
 * const manifest = ModelManifest.parse(JSON.parse(new TextDecoder().decode(await fetchBlock(endpoint, { cid }))))
 */
export async function fetchBlock(
  endpoint: string,
  { cid, maxBytes = 2 * 1024 * 1024, signal, timeoutMs = 60_000 }: FetchBlockParameters,
): Promise<Uint8Array> {
  const path = `/ipfs/${cid}?format=raw`
  const headers = { accept: 'application/vnd.ipld.raw' }
  const get = () => request({ endpoint, path, headers, maxBytes, signal, timeoutMs })
  const { bytes } = await withRetries(get, { signal })
  assertRef(bytes, cidToRef(cid), endpoint)
  return bytes
}

function assertRef(bytes: Uint8Array, ref: Hex, source: string) {
  const actual = sha256(bytes)
  if (actual !== ref) throw new BlockTamperedError({ ref, actual, source })
}
