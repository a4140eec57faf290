import { join } from 'node:path'
import type { BlockNetwork } from './blockNetwork.ts'
import type { ContentStore } from './contentStore.ts'
import { DurableBlockstore } from './durableBlockstore.ts'
import { DEFAULT_MAX_BLOCK_BYTES, type FolderStoreOptions, folderStore } from './folderStore.ts'
import { type HttpFetchOptions, httpFetch } from './httpFetch.ts'
import { providersToEndpoints } from './providersToEndpoints.ts'

export type FsStoreOptions = FolderStoreOptions & {
  /** Asked after the providers that a fetch names. */
  endpoints?: readonly string[]
  retry?: Pick<HttpFetchOptions, 'rounds' | 'timeoutMs' | 'pauseMs'>
}

/** Blocks on the local disk, exchanged over HTTP with the endpoints that each fetch names. */
export async function openFsStore(options: FsStoreOptions): Promise<ContentStore> {
  const { maxBlockBytes = DEFAULT_MAX_BLOCK_BYTES } = options
  const blocks = new DurableBlockstore(join(options.dir, 'blocks'))
  await blocks.open()
  const network: BlockNetwork = {
    fetcher: (_, providers) => {
      const endpoints = [...new Set([...providersToEndpoints(providers), ...(options.endpoints ?? [])])]
      return httpFetch({ endpoints, maxBlockBytes, ...options.retry })
    },
    // Blocks are had from this node's own endpoint: there is nobody to tell.
    provide: async () => {},
    close: async () => {},
  }
  return folderStore(options, { blocks, network })
}
