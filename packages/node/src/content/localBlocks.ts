import type { CID } from 'multiformats/cid'

/** Where the blocks of a store lie: a folder or a daemon beside the node. None of it asks the network. */
export type LocalBlocks = {
  /** Throws `BLOCK_NOT_FOUND`; the bytes are not verified yet. */
  readBlock(cid: CID): Promise<Uint8Array>
  has(cid: CID): Promise<boolean>
  delete(cid: CID): Promise<void>
}
