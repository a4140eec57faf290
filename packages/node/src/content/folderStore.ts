import { join } from 'node:path'
import type { CID } from 'multiformats/cid'
import { takeTurns } from '../lifecycle/takeTurns.ts'
import { addFile } from './addFile.ts'
import type { BlockNetwork } from './blockNetwork.ts'
import { BlockTooLargeError } from './blockTooLarge.ts'
import { collectGarbage } from './collectGarbage.ts'
import { ContentIncompleteError } from './contentIncomplete.ts'
import type { ContentStat, ContentStore } from './contentStore.ts'
import { type DagLimits, downloadDag } from './downloadDag.ts'
import { dropDags } from './dropDags.ts'
import type { DurableBlockstore } from './durableBlockstore.ts'
import { localDag } from './localDag.ts'
import { pinFiles } from './pinFiles.ts'
import { fileSize, readDagFile } from './readDagFile.ts'
import { verifyBlock } from './verifyBlock.ts'

export type FolderStoreOptions = {
  dir: string
  maxBlockBytes?: number | undefined
  /** Of one DAG that is fetched, where the fetch does not say less. */
  limits?: Partial<DagLimits> | undefined
  /** Blocks younger than this stay through `gc`: their pin may be on its way. */
  gcGraceMs?: number | undefined
  now?: (() => number) | undefined
}

export type FolderStoreParts = { blocks: DurableBlockstore; network: BlockNetwork }

export const DEFAULT_MAX_BLOCK_BYTES = 2_097_152

export const DEFAULT_LIMITS: DagLimits = { maxBytes: 64n * 1_073_741_824n, maxBlocks: 1_000_000 }

/** Blocks and pins as files of the local disk; how blocks come and go is the network's affair. */
export function folderStore(
  options: FolderStoreOptions,
  { blocks, network }: FolderStoreParts,
): ContentStore {
  const { maxBlockBytes = DEFAULT_MAX_BLOCK_BYTES, gcGraceMs = 3_600_000, now = Date.now } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const dag = localDag(blocks)
  const pins = pinFiles(join(options.dir, 'pins'))
  // A DAG is pinned either before the garbage is marked or after it is swept.
  const inTurn = takeTurns()

  async function stat(cid: CID): Promise<ContentStat> {
    const size = fileSize(cid, await dag.getBlock(cid))
    return { size, ...(await dag.count(cid)), pinned: await pins.has(cid) }
  }

  return {
    add: (source, add) => addFile(blocks, source, add),
    fetch: (cid, { providers = [], signal, maxBytes = limits.maxBytes, onProgress }) =>
      downloadDag(cid, {
        fetchBlock: network.fetcher(cid, providers),
        getLocal: dag.getLocal,
        putLocal: async (block, bytes) => {
          if (!(await blocks.has(block))) await blocks.writeBlock(block, bytes, { durable: false })
        },
        limits: { ...limits, maxBytes },
        signal,
        onProgress,
      }),
    read: (cid, range = {}) => readDagFile(cid, range, dag.getBlock),
    has: (cid) => blocks.has(cid),
    stat,
    pin: (cid, name) =>
      inTurn(async () => {
        for await (const absent of dag.missing(cid))
          throw new ContentIncompleteError(cid, { missing: absent })
        await pins.add(cid, name)
      }),
    unpin: (cid) => pins.remove(cid),
    pins: () => pins.list(),
    async provide(cid, { signal }) {
      // What is not here is not offered.
      await dag.getBlock(cid)
      await network.provide(cid, { signal })
    },
    async putBlock(cid, bytes) {
      if (bytes.length > maxBlockBytes) throw new BlockTooLargeError(cid, { maxBytes: maxBlockBytes })
      verifyBlock(cid, bytes, 'the sender')
      await blocks.writeBlock(cid, bytes, { durable: true })
    },
    getBlock: dag.getBlock,
    missing: dag.missing,
    drop: (roots, { keep = [] } = {}) =>
      inTurn(() => dropDags(roots, { blocks, dag, pins: pins.list(), keep })),
    gc: () =>
      inTurn(() => collectGarbage({ blocks, dag, pins: pins.list(), olderThanMs: now() - gcGraceMs })),
    async close() {
      await network.close()
      await blocks.close()
    },
  }
}
