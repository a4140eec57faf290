import { createHash } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { create } from 'multiformats/hashes/digest'
import type { ContentStore } from '../contentStore.ts'

export const MIB = 1_048_576
export const LARGE_MIB = 64
export const MEMORY_MIB = 24

/** What `add` answers. */
export type Cid = CID

export type OpenedStore = {
  store: ContentStore
  remove(): Promise<void>
  /** Changes the bytes of a stored block behind the store's back. */
  damage(cid: CID): Promise<void>
}

/** By size, what `ipfs add` of Kubo calls so many bytes of one fixed stream. */
export const CIDS: Readonly<Record<number, string>> = {
  0: 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
  9: 'bafkreid2lb5t6jfrap4uyd4sl27cvt4y2hiqbk26zvioys2etocb5x5zci',
  [MIB]: 'bafkreidd7dnlan736ccfqcv2u6jphkvxlhvyuc5xcle6hmnashcjj4l5uy',
  [MIB + 1]: 'bafybeiff2dldftrngrjvz5agskgfds7gzxkz6paepgpqdyjrrdr2pb4ieu',
  [9 * MIB + 17]: 'bafybeih6c5gl3hqawqqtlppmbuzj3nczxsukjbnacxn24sfetw5od5cqki',
}

export const fixedBytes = (size: number) =>
  new Uint8Array(
    createHash('shake256', { outputLength: Math.max(1, size) })
      .update('dim')
      .digest(),
  ).subarray(0, size)

/** Chunks of 1 MiB, each with bytes of its own, without holding them. */
export async function* manyChunks(count: number) {
  for (let index = 0; index < count; index++) {
    const chunk = new Uint8Array(MIB).fill(index)
    new DataView(chunk.buffer).setUint32(0, index)
    yield chunk
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What buffers stay alive above those at the start: freed ones may be counted once, so three looks must agree. */
export function watchMemory() {
  const used = () => {
    collectGarbage()
    return process.memoryUsage().arrayBuffers
  }
  const before = used()
  const seen: number[] = []
  let calls = 0
  return {
    sample: () => {
      calls += 1
      if (calls % 4 === 0) seen.push(used() - before)
    },
    grown: () => Math.max(...seen.slice(2).map((_, index) => Math.min(...seen.slice(index, index + 3)))),
  }
}

export const parseCid = (text: string): CID => CID.parse(text)

/** Addresses of one peer, as `fetch` takes them for a provider. */
export const toProvider = (addresses: readonly string[]): Multiaddr[] =>
  addresses.map((address) => multiaddr(address))

export const rawCid = (bytes: Uint8Array) =>
  CID.createV1(raw.code, create(0x12, new Uint8Array(createHash('sha256').update(bytes).digest())))

export async function* chunked(bytes: Uint8Array, size = 100_000) {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size)
}

export const readAll = async (source: AsyncIterable<Uint8Array>) => Buffer.concat(await collect(source))

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}
