import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { CidInvalidError } from '../errors/cidInvalid.ts'

const rawCodec = 0x55
const sha256Code = 0x12

/**
 * The address of a raw block by its SHA-256 (https://github.com/multiformats/cid).
 *
 * @param ref 32 bytes as hex: `modelKey`, `inputRef`, `resultRef`.
 * @returns CIDv1 (raw, sha2-256) in base32, "bafkrei…".
 * @throws `CID_INVALID` when `ref` is not 32 bytes of hex.
 * @example const cid = refToCid(job.resultRef)
 */
export function refToCid(ref: Hex): string {
  if (!/^0x[0-9a-fA-F]{64}$/.test(ref)) throw new CidInvalidError(ref)
  return CID.createV1(rawCodec, create(sha256Code, hexToBytes(ref))).toString()
}

/**
 * The SHA-256 in the address of a raw block: the inverse of `refToCid`.
 *
 * @returns 32 bytes as lower-case hex.
 * @throws `CID_INVALID` for anything but a CIDv1 (raw, sha2-256) in base32.
 * @example cidToRef(ModelManifest.cid(manifest)) === ModelManifest.key(manifest)
 */
export function cidToRef(cid: string): Hex {
  const { version, code, multihash } = parseCid(cid)
  const isRaw = version === 1 && code === rawCodec && multihash.code === sha256Code && multihash.size === 32
  if (!isRaw) throw new CidInvalidError(cid)
  const ref = bytesToHex(multihash.digest)
  // Padding, capitals or another base would give one block several names.
  if (refToCid(ref) !== cid) throw new CidInvalidError(cid)
  return ref
}

function parseCid(cid: string): CID {
  try {
    return CID.parse(cid)
  } catch (cause) {
    throw new CidInvalidError(cid, cause)
  }
}
