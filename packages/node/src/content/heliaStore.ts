import { join } from 'node:path'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { RuntimeLogger } from '../runtime/runtimeLogger.ts'
import type { BlockNetwork } from './blockNetwork.ts'
import type { ContentStore } from './contentStore.ts'
import { DurableBlockstore } from './durableBlockstore.ts'
import { fetchInOrder } from './fetchInOrder.ts'
import { DEFAULT_MAX_BLOCK_BYTES, type FolderStoreOptions, folderStore } from './folderStore.ts'
import { bitswapFetch } from './helia/bitswapFetch.ts'
import { type HeliaNode, startHelia } from './helia/heliaNode.ts'
import { keepConnected } from './helia/keepConnected.ts'
import { type HttpFetchOptions, httpFetch } from './httpFetch.ts'
import { providersToEndpoints } from './providersToEndpoints.ts'
import { toPeerAddresses } from './toPeerAddresses.ts'

export type HeliaStoreOptions = FolderStoreOptions & {
  /** Multiaddresses to listen on, such as /ip4/0.0.0.0/tcp/4001. */
  listen: readonly string[]
  /** Peers to stay connected with, each address ending in /p2p/ and the peer's id. */
  bootstrap?: readonly string[]
  logger: RuntimeLogger
  retry?: Pick<HttpFetchOptions, 'rounds' | 'timeoutMs' | 'pauseMs'>
  blockTimeoutMs?: number
  lookupTimeoutMs?: number
}

export type HeliaStore = ContentStore & {
  /** Where peers reach this node, each ending in /p2p/ and its id. */
  addresses(): readonly Multiaddr[]
}

function heliaNetwork(helia: HeliaNode, options: HeliaStoreOptions): BlockNetwork {
  const {
    blockTimeoutMs = 8_000,
    lookupTimeoutMs = 10_000,
    maxBlockBytes = DEFAULT_MAX_BLOCK_BYTES,
  } = options
  const stop = new AbortController()
  const connecting = keepConnected({
    helia,
    bootstrap: options.bootstrap ?? [],
    logger: options.logger,
    signal: stop.signal,
  })
  return {
    fetcher: (root, providers) => {
      const endpoints = providersToEndpoints(providers)
      const named = toPeerAddresses(providers)
      const http = httpFetch({ endpoints, maxBlockBytes, ...options.retry })
      const bitswap = bitswapFetch({ helia, root, named, blockTimeoutMs, lookupTimeoutMs })
      return fetchInOrder(endpoints.length > 0 ? [http, bitswap] : [bitswap])
    },
    provide: (cid, { signal }) => helia.routing.provide(cid, { signal }),
    async close() {
      stop.abort()
      await connecting.done
      await helia.stop()
    },
  }
}

/** The folder of `openFsStore` with an embedded IPFS peer: raw blocks over HTTP first, then bitswap. */
export async function openHeliaStore(options: HeliaStoreOptions): Promise<HeliaStore> {
  const blocks = new DurableBlockstore(join(options.dir, 'blocks'))
  await blocks.open()
  const helia = await startHelia({ dir: options.dir, blocks, listen: options.listen })
  const store = folderStore(options, { blocks, network: heliaNetwork(helia, options) })
  return { ...store, addresses: () => helia.libp2p.getMultiaddrs() }
}
