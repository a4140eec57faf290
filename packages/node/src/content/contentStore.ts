import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'

export type AddOptions = { signal?: AbortSignal; onProgress?(bytes: number): void }

export type FetchOptions = {
  /** One list of addresses per provider; see `endpointsToProviders` for HTTP endpoints. */
  providers?: readonly (readonly Multiaddr[])[]
  signal: AbortSignal
  /** Most bytes that this DAG may have, those that are local already counted; else the store's own limit. */
  maxBytes?: bigint
  onProgress?(bytes: number): void
}

export type ReadOptions = { offset?: bigint; length?: bigint; signal?: AbortSignal }

export type ContentStat = { size: bigint; blocks: number; local: boolean; pinned: boolean }

export type Pin = { cid: CID; name?: string }

export interface ContentStore {
  /** Stores a file as UnixFS (1 MiB chunks, CIDv1, raw leaves) and answers its root. */
  add(source: AsyncIterable<Uint8Array>, options?: AddOptions): Promise<{ cid: CID; size: bigint }>
  /** Brings a whole DAG from the network to the local store: resumable, every block verified. */
  fetch(cid: CID, options: FetchOptions): Promise<{ blocks: number; bytes: bigint }>
  /** Reads a file from local blocks only. */
  read(cid: CID, options?: ReadOptions): AsyncIterable<Uint8Array>
  has(cid: CID): Promise<boolean>
  stat(cid: CID): Promise<ContentStat>
  /** Keeps a DAG, whose blocks must be local, from being collected. */
  pin(cid: CID, name?: string): Promise<void>
  unpin(cid: CID): Promise<void>
  pins(): AsyncIterable<Pin>
  provide(cid: CID, options: { signal: AbortSignal }): Promise<void>
  /** Verified; when it returns, the block survives a power cut. */
  putBlock(cid: CID, bytes: Uint8Array): Promise<void>
  getBlock(cid: CID): Promise<Uint8Array>
  missing(root: CID): AsyncIterable<CID>
  /** Deletes the local blocks of DAGs, those excepted that a pinned DAG or one of `keep` reaches. */
  drop(roots: readonly CID[], options?: { keep?: readonly CID[] }): Promise<void>
  /** Deletes every block that no pinned DAG reaches. */
  gc(): Promise<void>
  close(): Promise<void>
}
