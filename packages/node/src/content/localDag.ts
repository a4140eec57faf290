import type { CID } from 'multiformats/cid'
import { code as rawCode } from 'multiformats/codecs/raw'
import { BlockHashMismatchError } from './blockHashMismatch.ts'
import { blockLinks } from './blockLinks.ts'
import { BlockNotFoundError } from './blockNotFound.ts'
import type { LocalBlocks } from './localBlocks.ts'
import { assertSupported, verifyBlock } from './verifyBlock.ts'

/** Reading of what is on the local disk, block by block and as a DAG. */
export function localDag(blocks: LocalBlocks) {
  async function getBlock(cid: CID): Promise<Uint8Array> {
    assertSupported(cid)
    const bytes = await blocks.readBlock(cid)
    try {
      verifyBlock(cid, bytes, 'the local store')
    } catch (error) {
      // A damaged block is deleted, so that the next fetch brings it again.
      await blocks.delete(cid)
      throw error
    }
    return bytes
  }

  async function getLocal(cid: CID): Promise<Uint8Array | undefined> {
    try {
      return await getBlock(cid)
    } catch (error) {
      if (error instanceof BlockNotFoundError || error instanceof BlockHashMismatchError) return undefined
      throw error
    }
  }

  /** Every CID of the DAG that local nodes name, once each; leaves are looked for but not read. */
  async function* walk(
    root: CID,
    hasLeaf = (leaf: CID) => blocks.has(leaf),
  ): AsyncGenerator<{ cid: CID; local: boolean }> {
    const waiting = [root]
    const seen = new Set([root.toString()])
    for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
      if (cid.code === rawCode) {
        yield { cid, local: await hasLeaf(cid) }
        continue
      }
      const bytes = await getLocal(cid)
      yield { cid, local: bytes !== undefined }
      for (const link of bytes === undefined ? [] : blockLinks(cid, bytes).toReversed()) {
        if (seen.has(link.toString())) continue
        seen.add(link.toString())
        waiting.push(link)
      }
    }
  }

  async function* missing(root: CID): AsyncGenerator<CID> {
    for await (const { cid, local } of walk(root)) if (!local) yield cid
  }

  async function count(root: CID): Promise<{ blocks: number; local: boolean }> {
    const found = { blocks: 0, local: true }
    for await (const { local } of walk(root)) {
      if (local) found.blocks += 1
      else found.local = false
    }
    return found
  }

  return { getBlock, getLocal, walk, missing, count }
}

export type LocalDag = ReturnType<typeof localDag>
