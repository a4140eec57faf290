import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'
import type { BlockFetcher } from './httpFetch.ts'

/** How blocks come from others and how others learn what is here. */
export type BlockNetwork = {
  /** Fetches single blocks of the DAG under `root`. */
  fetcher(root: CID, providers: readonly (readonly Multiaddr[])[]): BlockFetcher
  provide(cid: CID, options: { signal: AbortSignal }): Promise<void>
  close(): Promise<void>
}
