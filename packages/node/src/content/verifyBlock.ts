import { createHash } from 'node:crypto'
import { code as dagPbCode } from '@ipld/dag-pb'
import type { CID } from 'multiformats/cid'
import { code as rawCode } from 'multiformats/codecs/raw'
import { BlockHashMismatchError } from './blockHashMismatch.ts'
import { BlockUnsupportedError } from './blockUnsupported.ts'

const SHA2_256 = 0x12
const CODECS: readonly number[] = [rawCode, dagPbCode]

/** Throws unless the CID is of a kind that this store keeps: raw or dag-pb, SHA-256. */
export function assertSupported(cid: CID): void {
  if (cid.multihash.code !== SHA2_256 || cid.multihash.digest.length !== 32) {
    throw new BlockUnsupportedError(cid, { reason: 'its hash is not SHA-256' })
  }
  if (!CODECS.includes(cid.code)) {
    throw new BlockUnsupportedError(cid, {
      reason: `its codec 0x${cid.code.toString(16)} is neither raw nor dag-pb`,
    })
  }
}

/** Throws unless the bytes are those that the CID names. `from` says in the error where they came from. */
export function verifyBlock(cid: CID, bytes: Uint8Array, from: string): void {
  assertSupported(cid)
  const digest = createHash('sha256').update(bytes).digest()
  if (!digest.equals(cid.multihash.digest)) throw new BlockHashMismatchError(cid, { from })
}
