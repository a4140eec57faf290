import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import * as dagPb from '@ipld/dag-pb'
import { exporter } from 'ipfs-unixfs-exporter'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { create } from 'multiformats/hashes/digest'
import type { ContentStore } from './contentStore.ts'
import { describeContentFetch } from './contentStoreFetch.contract.ts'
import { endpointsToProviders } from './endpointsToProviders.ts'
import {
  CIDS,
  chunked,
  collect,
  fixedBytes,
  LARGE_MIB,
  MEMORY_MIB,
  MIB,
  manyChunks,
  type OpenedStore,
  rawCid,
  readAll,
  watchMemory,
} from './support/contractContent.ts'
import { serveContent } from './support/serveContent.ts'

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

      for (const [size, expected] of Object.entries(CIDS)) {
        it(`of ${size} bytes has the CID that it has everywhere`, async () => {
          const added = await store.add(chunked(fixedBytes(Number(size))))
          assert.equal(added.cid.toString(), expected)
        })
      }

      it('passes through with bounded memory, in and out', async () => {
        const memory = watchMemory()
        const count = LARGE_MIB
        const { cid: large } = await store.add(manyChunks(count), { onProgress: memory.sample })
        let read = 0
        for await (const part of store.read(large)) {
          read += part.length
          memory.sample()
        }
        assert.equal(read, count * MIB)

        assert.ok(memory.grown() < MEMORY_MIB * MIB, `${memory.grown()} bytes`)
      })

      it('says what its source broke with, and when it was stopped in the middle', async () => {
        async function* broken() {
          yield bytes.subarray(0, MIB)
          throw new RangeError('the source broke')
        }
        await assert.rejects(store.add(broken()), { name: 'RangeError', message: 'the source broke' })
        const stop = new AbortController()
        const adding = store.add(chunked(bytes), { signal: stop.signal, onProgress: () => stop.abort() })
        await assert.rejects(adding, { name: 'AbortError' })
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
        await assert.rejects(store.putBlock(identity, bytes.subarray(0, 4)), {
          code: 'BLOCK_UNSUPPORTED',
        })
        await assert.rejects(store.putBlock(CID.createV1(0x71, cid.multihash), bytes), {
          code: 'BLOCK_UNSUPPORTED',
        })
      })

      it('that was damaged is found, and replaced by the next fetch', async () => {
        const sound = randomBytes(5000)
        const damaged = rawCid(sound)
        await store.putBlock(damaged, sound)
        await opened.damage(damaged)
        await assert.rejects(store.getBlock(damaged), { code: 'BLOCK_HASH_MISMATCH' })
        const server = await serveContent(async () => sound)
        const providers = endpointsToProviders([server.endpoint])
        await store.fetch(damaged, { providers, signal: AbortSignal.timeout(60_000) })
        await server.close()
        assert.deepEqual(await store.getBlock(damaged), new Uint8Array(sound))
      })

      it('is refused above the limit', async () => {
        const large = randomBytes(2 * MIB + 1)
        await assert.rejects(store.putBlock(rawCid(large), large), { code: 'BLOCK_TOO_LARGE' })
      })
    })

    it('names what is missing of a DAG, and pins it once nothing is', async () => {
      const bytes = randomBytes(3 * MIB)
      const whole = await open()
      const { cid } = await whole.store.add(chunked(bytes))
      const leaves = dagPb.decode(await whole.store.getBlock(cid)).Links.map((link) => link.Hash)
      assert.deepEqual(await collect(store.missing(cid)), [cid])
      await store.putBlock(cid, await whole.store.getBlock(cid))
      await store.putBlock(leaves[1] as CID, await whole.store.getBlock(leaves[1] as CID))
      assert.deepEqual(await collect(store.missing(cid)), [leaves[0], leaves[2]])
      assert.deepEqual(await store.stat(cid), {
        size: BigInt(3 * MIB),
        blocks: 2,
        local: false,
        pinned: false,
      })
      await assert.rejects(store.pin(cid), { code: 'CONTENT_INCOMPLETE' })
      for (const leaf of leaves) await store.putBlock(leaf, await whole.store.getBlock(leaf))
      await store.pin(cid)
      assert.deepEqual(await store.stat(cid), { size: BigInt(3 * MIB), blocks: 4, local: true, pinned: true })
      await store.unpin(cid)
      await store.unpin(cid)
      assert.equal((await store.stat(cid)).pinned, false)
      await whole.store.close()
      await whole.remove()
    })

    it('drops a DAG but for what others share with it', async () => {
      const [first, second, third] = [randomBytes(MIB), randomBytes(MIB), randomBytes(MIB)]
      const dropped = await store.add(chunked(Buffer.concat([first, second, third])))
      const pinned = await store.add(chunked(Buffer.concat([first, third.subarray(1)])))
      const kept = await store.add(chunked(Buffer.concat([second, first.subarray(1)])))
      await store.pin(pinned.cid)
      await store.drop([dropped.cid], { keep: [kept.cid] })
      assert.equal(await store.has(dropped.cid), false)
      assert.equal(await store.has(rawCid(third)), false)
      assert.deepEqual(await collect(store.missing(pinned.cid)), [])
      assert.deepEqual(await collect(store.missing(kept.cid)), [])
      await store.drop([pinned.cid])
      assert.deepEqual(await collect(store.missing(pinned.cid)), [])
      await store.unpin(pinned.cid)
      await store.drop([pinned.cid])
      await store.drop([pinned.cid])
      assert.equal(await store.has(pinned.cid), false)
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

    describeContentFetch(name, open)
  })
}
