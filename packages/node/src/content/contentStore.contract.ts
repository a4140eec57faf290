import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import * as dagPb from '@ipld/dag-pb'
import { exporter } from 'ipfs-unixfs-exporter'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { create } from 'multiformats/hashes/digest'
import type { ContentStore } from './contentStore.ts'
import { endpointsToProviders } from './endpointsToProviders.ts'
import { type ContentServer, serveContent } from './support/serveContent.ts'

const MIB = 1_048_576

export type OpenedStore = { store: ContentStore; remove(): Promise<void> }

export const rawCid = (bytes: Uint8Array) =>
  CID.createV1(raw.code, create(0x12, new Uint8Array(createHash('sha256').update(bytes).digest())))

async function* chunked(bytes: Uint8Array, size = 100_000) {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size)
}

const readAll = async (source: AsyncIterable<Uint8Array>) => Buffer.concat(await collect(source))

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

/** What every ContentStore promises, whatever it is made of. `open` gives an empty store each time. */
export function describeContentStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} as a ContentStore`, () => {
    let opened: OpenedStore
    let store: ContentStore
    before(async () => {
      opened = await open()
      store = opened.store
    })
    after(async () => {
      await store.close()
      await opened.remove()
    })

    describe('a file', () => {
      const bytes = randomBytes(3 * MIB + 17)
      let cid: CID
      before(async () => {
        cid = (await store.add(chunked(bytes))).cid
      })

      it('is stored under a CID of version 1 with its size', async () => {
        const { size } = await store.add(chunked(bytes))
        assert.equal(size, BigInt(bytes.length))
        assert.equal(cid.version, 1)
        assert.deepEqual(await store.stat(cid), { size, blocks: 5, local: true, pinned: false })
      })

      it('has the same CID however it is cut into chunks', async () => {
        assert.deepEqual((await store.add(chunked(bytes, 7_777))).cid, cid)
      })

      it('has raw leaves of 1 MiB', async () => {
        const { Links } = dagPb.decode(await store.getBlock(cid))
        assert.deepEqual(
          Links.map((link) => link.Hash.code),
          [raw.code, raw.code, raw.code, raw.code],
        )
        assert.deepEqual(
          await store.getBlock((Links[0] as dagPb.PBLink).Hash),
          new Uint8Array(bytes.subarray(0, MIB)),
        )
      })

      it('reads back byte for byte, by us and by the reference exporter', async () => {
        assert.ok((await readAll(store.read(cid))).equals(bytes))
        const blockstore = {
          async *get(block: CID) {
            yield await store.getBlock(block)
          },
        }
        const entry = await exporter(cid, blockstore)
        assert.equal(entry.type, 'file')
        assert.ok((await readAll(entry.content())).equals(bytes))
      })

      for (const [offset, length] of [
        [0n, 1n],
        [0n, 0n],
        [BigInt(MIB) - 1n, 2n],
        [BigInt(MIB), BigInt(MIB)],
        [BigInt(3 * MIB), 17n],
        [BigInt(3 * MIB + 16), 100n],
        [BigInt(4 * MIB), 5n],
      ] as const) {
        it(`reads ${length} bytes at ${offset}`, async () => {
          const part = await readAll(store.read(cid, { offset, length }))
          assert.ok(part.equals(bytes.subarray(Number(offset), Number(offset + length))))
        })
      }

      it('reports progress and can be aborted while it is added', async () => {
        const seen: number[] = []
        await store.add(chunked(bytes, MIB), { onProgress: (done) => seen.push(done) })
        assert.deepEqual(seen, [MIB, 2 * MIB, 3 * MIB, bytes.length])
        await assert.rejects(store.add(chunked(bytes), { signal: AbortSignal.abort() }), {
          name: 'AbortError',
        })
      })

      it('is one raw block when it is small, and empty when it is empty', async () => {
        const small = await store.add(chunked(bytes.subarray(0, 9)))
        assert.deepEqual(small.cid, rawCid(bytes.subarray(0, 9)))
        const empty = await store.add(chunked(new Uint8Array()))
        assert.equal((await readAll(store.read(empty.cid))).length, 0)
      })
    })

    describe('a block', () => {
      const bytes = randomBytes(1000)
      const cid = rawCid(bytes)

      it('is not there before it is put, and then is, twice the same', async () => {
        assert.equal(await store.has(cid), false)
        await assert.rejects(store.getBlock(cid), { code: 'BLOCK_NOT_FOUND' })
        await store.putBlock(cid, bytes)
        await store.putBlock(cid, bytes)
        assert.equal(await store.has(cid), true)
        assert.deepEqual(await store.getBlock(cid), new Uint8Array(bytes))
        await store.provide(cid, { signal: AbortSignal.timeout(5000) })
      })

      it('is refused when its bytes are not those of its CID', async () => {
        const other = rawCid(randomBytes(10))
        await assert.rejects(store.putBlock(other, bytes), { code: 'BLOCK_HASH_MISMATCH' })
        assert.equal(await store.has(other), false)
      })

      it('is refused when hash or codec is of another kind', async () => {
        const identity = CID.createV1(raw.code, create(0x00, bytes.subarray(0, 4)))
        await assert.rejects(store.putBlock(identity, bytes.subarray(0, 4)), { code: 'BLOCK_UNSUPPORTED' })
        await assert.rejects(store.putBlock(CID.createV1(0x71, cid.multihash), bytes), {
          code: 'BLOCK_UNSUPPORTED',
        })
      })

      it('is refused above the limit', async () => {
        const large = randomBytes(2 * MIB + 1)
        await assert.rejects(store.putBlock(rawCid(large), large), { code: 'BLOCK_TOO_LARGE' })
      })
    })

    describe('pins and garbage', () => {
      it('keeps pinned DAGs whole and deletes the rest', async () => {
        const kept = await store.add(chunked(randomBytes(2 * MIB)))
        const dropped = await store.add(chunked(randomBytes(2 * MIB)))
        await store.pin(kept.cid, 'weights')
        await store.gc()
        assert.deepEqual(await collect(store.missing(kept.cid)), [])
        assert.equal((await store.stat(kept.cid)).pinned, true)
        assert.equal(await store.has(dropped.cid), false)
        assert.deepEqual(await collect(store.pins()), [{ cid: kept.cid, name: 'weights' }])
        await store.unpin(kept.cid)
        await store.gc()
        assert.equal(await store.has(kept.cid), false)
        assert.deepEqual(await collect(store.pins()), [])
      })

      it('does not pin what is not whole', async () => {
        await assert.rejects(store.pin(rawCid(randomBytes(5))), { code: 'CONTENT_INCOMPLETE' })
      })
    })

    describe('fetch', () => {
      let origin: OpenedStore
      let server: ContentServer
      const bytes = randomBytes(4 * MIB + 5)
      let cid: CID
      const signal = AbortSignal.timeout(60_000)
      before(async () => {
        origin = await open()
        cid = (await origin.store.add(chunked(bytes))).cid
        server = await serveContent((block) => origin.store.getBlock(block))
      })
      after(async () => {
        await server.close()
        await origin.store.close()
        await origin.remove()
      })

      it('brings a DAG, tells what came, and brings nothing twice', async () => {
        const providers = endpointsToProviders([server.endpoint])
        const seen: number[] = []
        const first = await store.fetch(cid, { providers, signal, onProgress: (done) => seen.push(done) })
        assert.equal(first.blocks, 6)
        assert.equal(seen.length, 6)
        assert.equal(BigInt(seen.at(-1) ?? 0), first.bytes)
        assert.ok((await readAll(store.read(cid))).equals(bytes))
        assert.deepEqual(await store.fetch(cid, { signal }), { blocks: 0, bytes: 0n })
      })

      it('says that nobody has it', async () => {
        const providers = endpointsToProviders([server.endpoint])
        await assert.rejects(store.fetch(rawCid(randomBytes(3)), { providers, signal }), {
          code: 'CONTENT_UNAVAILABLE',
        })
        await assert.rejects(store.fetch(rawCid(randomBytes(3)), { signal }), { code: 'CONTENT_UNAVAILABLE' })
      })
    })
  })
}
