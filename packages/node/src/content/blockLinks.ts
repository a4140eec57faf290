import * as dagPb from '@ipld/dag-pb'
import type { CID } from 'multiformats/cid'
import { BlockUnsupportedError } from './blockUnsupported.ts'

/** The children of a block; a raw block has none. */
export function blockLinks(cid: CID, bytes: Uint8Array): readonly CID[] {
  if (cid.code !== dagPb.code) return []
  try {
    return dagPb.decode(bytes).Links.map((link) => link.Hash)
  } catch (cause) {
    throw new BlockUnsupportedError(cid, { reason: 'it is not a well-formed dag-pb node', cause })
  }
}
