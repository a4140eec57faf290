import { CID } from 'multiformats/cid'
import { bytesToHex, type Hex, sha256 } from 'viem'
import { BlockTamperedError } from '../errors/blockTampered.ts'
import { CidInvalidError } from '../errors/cidInvalid.ts'
import { type RequestOptions, request } from './request.ts'
import { withRetries } from './withRetries.ts'

const sha256Code = 0x12

export type FetchBlockParameters = RequestOptions & {
  /** CIDv1 (sha2-256) of the block. */
  cid: string
  /** 2 MiB by default; no block of this network is larger. */
  maxBytes?: number
  /** Attempts in all while the node does not answer, 3 by default. */
  attempts?: number
}

/**
 * Fetches one raw block from a node's trustless gateway and checks its hash (https://specs.ipfs.tech/http-gateways/trustless-gateway/).
 *
 * @returns Bytes whose SHA-256 is that of the CID.
 * @throws `BLOCK_TAMPERED` for other bytes, `CID_INVALID`, `HTTP_TOO_LARGE` above `maxBytes`, `HTTP_404` or the node's code when it has none.
 * @example
 * const manifest = ModelManifest.parse(JSON.parse(new TextDecoder().decode(await fetchBlock(endpoint, { cid }))))
 */
export async function fetchBlock(
  endpoint: string,
  { cid, maxBytes = 2 * 1024 * 1024, attempts, signal, timeoutMs = 60_000 }: FetchBlockParameters,
): Promise<Uint8Array> {
  const ref = sha256Of(cid)
  const path = `/ipfs/${cid}?format=raw`
  const headers = { accept: 'application/vnd.ipld.raw' }
  const get = () => request({ endpoint, path, headers, maxBytes, signal, timeoutMs })
  const { bytes } = await withRetries(get, { signal, attempts })
  assertRef(bytes, ref, endpoint)
  return bytes
}

function assertRef(bytes: Uint8Array, ref: Hex, source: string) {
  const actual = sha256(bytes)
  if (actual !== ref) throw new BlockTamperedError({ ref, actual, source })
}

/** The SHA-256 that a CID of any codec holds. */
function sha256Of(cid: string): Hex {
  const parsed = parseCid(cid)
  if (parsed.multihash.code !== sha256Code) throw new CidInvalidError(cid)
  return bytesToHex(parsed.multihash.digest)
}

function parseCid(cid: string): CID {
  try {
    return CID.parse(cid)
  } catch (cause) {
    throw new CidInvalidError(cid, cause)
  }
}
