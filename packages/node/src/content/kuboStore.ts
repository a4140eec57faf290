import type { KuboRPCClient } from 'kubo-rpc-client'
import type { CID } from 'multiformats/cid'
import { sharedOrAlone } from '../lifecycle/sharedOrAlone.ts'
import { BlockTooLargeError } from './blockTooLarge.ts'
import { ContentIncompleteError } from './contentIncomplete.ts'
import type { ContentStat, ContentStore, FetchOptions } from './contentStore.ts'
import { type DagLimits, downloadDag } from './downloadDag.ts'
import { dropDags } from './dropDags.ts'
import { fetchInOrder } from './fetchInOrder.ts'
import { DEFAULT_LIMITS, DEFAULT_MAX_BLOCK_BYTES } from './folderStore.ts'
import { type HttpFetchOptions, httpFetch } from './httpFetch.ts'
import { kuboAdd } from './kubo/kuboAdd.ts'
import { kuboBlocks } from './kubo/kuboBlocks.ts'
import { kuboErrors } from './kubo/kuboErrors.ts'
import { kuboFetch } from './kubo/kuboFetch.ts'
import { kuboPins } from './kubo/kuboPins.ts'
import { type RpcEndpoint, rpcEndpoint } from './kubo/rpcEndpoint.ts'
import { tellPeers } from './kubo/tellPeers.ts'
import { youngRoots } from './kubo/youngRoots.ts'
import { localDag } from './localDag.ts'
import { providersToEndpoints } from './providersToEndpoints.ts'
import { fileSize, readDagFile } from './readDagFile.ts'
import { toPeerAddresses } from './toPeerAddresses.ts'
import { verifyBlock } from './verifyBlock.ts'

export type KuboStoreOptions = {
  /** Of the daemon's RPC, such as http://127.0.0.1:5001. */
  apiUrl: string
  maxBlockBytes?: number
  limits?: Partial<DagLimits>
  retry?: Pick<HttpFetchOptions, 'rounds' | 'timeoutMs' | 'pauseMs'>
  blockTimeoutMs?: number
  /** What was stored less long ago stays through `gc`: its pin may be on its way. */
  gcGraceMs?: number
  now?: () => number
}

/** Content kept by a Kubo daemon: raw blocks over HTTP first, then from the daemon's peers. */
export async function openKuboStore(options: KuboStoreOptions): Promise<ContentStore> {
  const { create } = await import('kubo-rpc-client')
  const endpoint = rpcEndpoint(options.apiUrl)
  const client = create(endpoint)
  const rpc = kuboErrors(endpoint.url)
  await rpc(() => client.version())
  return kuboStore(options, { endpoint, client, rpc })
}

function kuboStore(
  options: KuboStoreOptions,
  {
    endpoint,
    client,
    rpc,
  }: { endpoint: RpcEndpoint; client: KuboRPCClient; rpc: ReturnType<typeof kuboErrors> },
): ContentStore {
  const { maxBlockBytes = DEFAULT_MAX_BLOCK_BYTES, gcGraceMs = 3_600_000, now = Date.now } = options
  const blocks = kuboBlocks(client, rpc)
  const dag = localDag(blocks)
  const pins = kuboPins(client, rpc)
  const young = youngRoots({ client, rpc, graceMs: gcGraceMs, now })
  // The daemon sweeps whatever is not pinned, also what a download brought a moment ago.
  const gate = sharedOrAlone()

  return {
    add: (source, add) =>
      gate.shared(async () => {
        const added = await kuboAdd({ endpoint, rpc }, source, add)
        young.add(added.cid)
        return added
      }),
    fetch: (cid, fetching) =>
      gate.shared(async () => {
        const fetched = await fetchToKubo(cid, fetching)
        young.add(cid)
        return fetched
      }),
    read: (cid, range = {}) => readDagFile(cid, range, dag.getBlock),
    has: blocks.has,
    async stat(cid): Promise<ContentStat> {
      const size = fileSize(cid, await dag.getBlock(cid))
      return { size, ...(await dag.count(cid)), pinned: await pins.has(cid) }
    },
    pin: (cid, name) =>
      gate.shared(async () => {
        for await (const absent of dag.missing(cid))
          throw new ContentIncompleteError(cid, { missing: absent })
        await pins.add(cid, name)
      }),
    unpin: pins.remove,
    pins: pins.list,
    async provide(cid, { signal }) {
      await dag.getBlock(cid)
      await tellPeers({ client, rpc }, cid, signal)
    },
    putBlock: (cid, bytes) =>
      gate.shared(async () => {
        if (bytes.length > maxBlockBytes) throw new BlockTooLargeError(cid, { maxBytes: maxBlockBytes })
        verifyBlock(cid, bytes, 'the sender')
        await blocks.writeBlock(cid, bytes)
        young.add(cid)
      }),
    getBlock: dag.getBlock,
    missing: dag.missing,
    drop: (roots, { keep = [] } = {}) =>
      gate.alone(() => dropDags(roots, { blocks, dag, pins: pins.list(), keep })),
    gc: () =>
      gate.alone(() =>
        young.keep(async () => {
          await rpc(async () => {
            for await (const _ of client.repo.gc());
          })
        }),
      ),
    close: async () => {},
  }

  async function fetchToKubo(cid: CID, { providers = [], signal, maxBytes, onProgress }: FetchOptions) {
    const { blockTimeoutMs = 8_000, retry, limits } = options
    const stored = new Set<string>()
    const endpoints = providersToEndpoints(providers)
    const http = httpFetch({ endpoints, maxBlockBytes, ...retry })
    const named = toPeerAddresses(providers)
    const peers = kuboFetch({ client, rpc, named, blockTimeoutMs, onStored: (block) => stored.add(block) })
    return downloadDag(cid, {
      fetchBlock: fetchInOrder(endpoints.length > 0 ? [http, peers] : [peers]),
      getLocal: dag.getLocal,
      putLocal: async (block, bytes) => {
        if (!stored.delete(block.toString())) await blocks.writeBlock(block, bytes)
      },
      limits: { ...DEFAULT_LIMITS, ...limits, ...(maxBytes !== undefined && { maxBytes }) },
      signal,
      onProgress,
    })
  }
}
