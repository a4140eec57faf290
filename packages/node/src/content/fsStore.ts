import { join } from 'node:path'
import type { CID } from 'multiformats/cid'
import { takeTurns } from '../lifecycle/takeTurns.ts'
import { addFile } from './addFile.ts'
import { BlockTooLargeError } from './blockTooLarge.ts'
import { collectGarbage } from './collectGarbage.ts'
import { ContentIncompleteError } from './contentIncomplete.ts'
import type { ContentStat, ContentStore } from './contentStore.ts'
import { type DagLimits, downloadDag } from './downloadDag.ts'
import { DurableBlockstore } from './durableBlockstore.ts'
import { httpFetch } from './httpFetch.ts'
import { localDag } from './localDag.ts'
import { pinFiles } from './pinFiles.ts'
import { providersToEndpoints } from './providersToEndpoints.ts'
import { fileSize, readDagFile } from './readDagFile.ts'
import { verifyBlock } from './verifyBlock.ts'

export type FsStoreOptions = {
  dir: string
  maxBlockBytes?: number
  /** Of one DAG that is fetched. */
  limits?: Partial<DagLimits>
  /** Asked after the providers that a fetch names. */
  endpoints?: readonly string[]
  retry?: { rounds?: number; timeoutMs?: number; pauseMs?: number }
  /** Blocks younger than this stay through `gc`: their pin may be on its way. */
  gcGraceMs?: number
  now?: () => number
}

const DEFAULT_LIMITS: DagLimits = { maxBytes: 64n * 1_073_741_824n, maxBlocks: 1_000_000 }

/** Blocks on the local disk, exchanged over HTTP with the endpoints that each fetch names. */
export async function openFsStore(options: FsStoreOptions): Promise<ContentStore> {
  const { maxBlockBytes = 2_097_152, gcGraceMs = 3_600_000, now = Date.now } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const blocks = new DurableBlockstore(join(options.dir, 'blocks'))
  const dag = localDag(blocks)
  const pins = pinFiles(join(options.dir, 'pins'))
  // A DAG is pinned either before the garbage is marked or after it is swept.
  const inTurn = takeTurns()
  await blocks.open()

  async function stat(cid: CID): Promise<ContentStat> {
    const size = fileSize(cid, await dag.getBlock(cid))
    const found = { blocks: 0, local: true }
    for await (const { local } of dag.walk(cid)) {
      if (local) found.blocks += 1
      else found.local = false
    }
    return { size, ...found, pinned: await pins.has(cid) }
  }

  return {
    add: (source, add) => addFile(blocks, source, add),
    fetch: (cid, { providers = [], signal, onProgress }) => {
      const endpoints = [...new Set([...providersToEndpoints(providers), ...(options.endpoints ?? [])])]
      return downloadDag(cid, {
        fetchBlock: httpFetch({ endpoints, maxBlockBytes, ...options.retry }),
        getLocal: dag.getLocal,
        putLocal: (block, bytes) => blocks.writeBlock(block, bytes, { durable: false }),
        limits,
        signal,
        onProgress,
      })
    },
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
    // Blocks are had from this node's own endpoint: there is nobody to tell, but what is not here is not offered.
    provide: async (cid) => void (await dag.getBlock(cid)),
    async putBlock(cid, bytes) {
      if (bytes.length > maxBlockBytes) throw new BlockTooLargeError(cid, { maxBytes: maxBlockBytes })
      verifyBlock(cid, bytes, 'the sender')
      await blocks.writeBlock(cid, bytes, { durable: true })
    },
    getBlock: dag.getBlock,
    missing: dag.missing,
    gc: () =>
      inTurn(() => collectGarbage({ blocks, dag, pins: pins.list(), olderThanMs: now() - gcGraceMs })),
    close: () => blocks.close(),
  }
}
