import type { HTTPRPCOptions, KuboRPCClient } from 'kubo-rpc-client'
import type { CID } from 'multiformats/cid'
import { code as rawCode } from 'multiformats/codecs/raw'
import { BlockNotFoundError } from '../blockNotFound.ts'
import type { LocalBlocks } from '../localBlocks.ts'
import { isNotFound, type kuboErrors } from './kuboErrors.ts'

type Rpc = ReturnType<typeof kuboErrors>

/** Without it the daemon would ask its peers, and wait. */
const OFFLINE: HTTPRPCOptions & { offline: boolean } = { offline: true }

export type KuboBlocks = LocalBlocks & { writeBlock(cid: CID, bytes: Uint8Array): Promise<void> }

/** Single blocks of the daemon's own store. */
export function kuboBlocks(client: KuboRPCClient, rpc: Rpc): KuboBlocks {
  return {
    async readBlock(cid) {
      try {
        return await rpc(() => client.block.get(cid, OFFLINE))
      } catch (error) {
        if (isNotFound(error)) throw new BlockNotFoundError(cid, { cause: error })
        throw error
      }
    },
    async has(cid) {
      try {
        await rpc(() => client.block.stat(cid, OFFLINE))
        return true
      } catch (error) {
        if (isNotFound(error)) return false
        throw error
      }
    },
    async delete(cid) {
      // A pinned block stays; the next write replaces its bytes.
      await rpc(async () => {
        for await (const _ of client.block.rm(cid, { force: true }));
      })
    },
    async writeBlock(cid, bytes) {
      const cidCodec = cid.code === rawCode ? 'raw' : 'dag-pb'
      const options = { cidCodec, mhtype: 'sha2-256', allowBigBlock: true, pin: false }
      await rpc(() => client.block.put(bytes, { ...options }))
    },
  }
}
