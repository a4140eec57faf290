import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { CID } from 'multiformats/cid'
import type { ContentStore } from './contentStore.ts'
import { endpointsToProviders } from './endpointsToProviders.ts'
import {
  chunked,
  LARGE_MIB,
  MEMORY_MIB,
  MIB,
  manyChunks,
  type OpenedStore,
  rawCid,
  readAll,
  watchMemory,
} from './support/contractContent.ts'
import { type ContentServer, serveContent } from './support/serveContent.ts'

/** What every ContentStore promises about content that others have. */
export function describeContentFetch(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} and content of others`, () => {
    let opened: OpenedStore
    let store: ContentStore
    let origin: OpenedStore
    let server: ContentServer
    const bytes = randomBytes(4 * MIB + 5)
    let cid: CID
    const signal = AbortSignal.timeout(60_000)
    before(async () => {
      opened = await open()
      store = opened.store
      origin = await open()
      cid = (await origin.store.add(chunked(bytes))).cid
      server = await serveContent((block) => origin.store.getBlock(block))
    })
    after(async () => {
      await server.close()
      await origin.store.close()
      await origin.remove()
      await store.close()
      await opened.remove()
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

    it('goes on where it was cut off', async () => {
      const file = randomBytes(4 * MIB)
      const { cid: root } = await origin.store.add(chunked(file))
      let given = 0
      const half = await serveContent(async (block, response) => {
        given += 1
        if (given <= 3) return origin.store.getBlock(block)
        response.writeHead(500).end()
        return undefined
      })
      const from = (endpoint: string) => endpointsToProviders([endpoint])
      await assert.rejects(store.fetch(root, { providers: from(half.endpoint), signal }), {
        code: 'CONTENT_UNAVAILABLE',
        retryable: true,
      })
      await half.close()
      const kept = (await store.stat(root)).blocks
      assert.ok(kept > 0 && kept <= 3, `${kept} blocks`)
      const { blocks } = await store.fetch(root, { providers: from(server.endpoint), signal })
      assert.equal(blocks, 5 - kept)
      assert.ok((await readAll(store.read(root))).equals(file))
    })

    it('refuses a block with other bytes', async () => {
      const wanted = rawCid(randomBytes(100))
      const liar = await serveContent(async () => randomBytes(100))
      const providers = endpointsToProviders([liar.endpoint])
      await assert.rejects(store.fetch(wanted, { providers, signal }), { code: 'BLOCK_HASH_MISMATCH' })
      assert.equal(await store.has(wanted), false)
      await liar.close()
    })

    it('brings no more than it was told to', async () => {
      const { cid: root } = await origin.store.add(chunked(randomBytes(3 * MIB)))
      const providers = endpointsToProviders([server.endpoint])
      const fetching = store.fetch(root, { providers, signal, maxBytes: BigInt(2 * MIB) })
      await assert.rejects(fetching, { code: 'CONTENT_TOO_LARGE' })
    })

    it('stops at once when it is told to', async () => {
      const stop = new AbortController()
      const slow = await serveContent(async () => {
        stop.abort()
        return undefined
      })
      const providers = endpointsToProviders([slow.endpoint])
      await assert.rejects(store.fetch(rawCid(randomBytes(9)), { providers, signal: stop.signal }), {
        name: 'AbortError',
      })
      await slow.close()
    })

    it('brings much with bounded memory', async () => {
      const { cid: large } = await origin.store.add(manyChunks(LARGE_MIB))
      const memory = watchMemory()
      const providers = endpointsToProviders([server.endpoint])
      const { blocks } = await store.fetch(large, { providers, signal, onProgress: memory.sample })
      assert.equal(blocks, LARGE_MIB + 1)

      assert.ok(memory.grown() < MEMORY_MIB * MIB, `${memory.grown()} bytes`)
    })

    it('says that nobody has it', async () => {
      const providers = endpointsToProviders([server.endpoint])
      await assert.rejects(store.fetch(rawCid(randomBytes(3)), { providers, signal }), {
        code: 'CONTENT_UNAVAILABLE',
      })
      await assert.rejects(store.fetch(rawCid(randomBytes(3)), { signal }), { code: 'CONTENT_UNAVAILABLE' })
    })
  })
}
