import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import { describeContentStore } from './contentStore.contract.ts'
import type { ContentStore } from './contentStore.ts'
import { DurableBlockstore } from './durableBlockstore.ts'
import { endpointsToProviders } from './endpointsToProviders.ts'
import { type FsStoreOptions, openFsStore } from './fsStore.ts'
import { rawCid } from './support/contractContent.ts'
import { type ContentServer, serveContent } from './support/serveContent.ts'

const MIB = 1_048_576
const signal = AbortSignal.timeout(120_000)

async function openInTemporary(options: Partial<FsStoreOptions> = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'dim-content-'))
  const store = await openFsStore({ dir, gcGraceMs: -60_000, retry: { pauseMs: 1 }, ...options })
  const blocks = new DurableBlockstore(join(dir, 'blocks'))
  return {
    ...{ dir, store },
    remove: () => rm(dir, { recursive: true }),
    damage: (cid: CID) => writeFile(blocks.pathOf(cid), 'damaged'),
  }
}

async function* once(bytes: Uint8Array) {
  yield bytes
}

async function node(links: readonly { cid: CID; size: bigint }[]) {
  const file = new UnixFS({ type: 'file', blockSizes: links.map(({ size }) => size) })
  const Links = links.map(({ cid, size }) => ({ Name: '', Tsize: Number(size), Hash: cid }))
  const bytes = dagPb.encode({ Data: file.marshal(), Links })
  return { bytes, cid: CID.createV1(dagPb.code, await sha256.digest(bytes)) }
}

describeContentStore('fsStore', openInTemporary)

describe('fsStore on its disk', () => {
  let opened: Awaited<ReturnType<typeof openInTemporary>>
  before(async () => {
    opened = await openInTemporary()
  })
  after(() => opened.remove())

  it('keeps blocks and pins over a restart and leaves no temporary files', async () => {
    const bytes = randomBytes(MIB + 1)
    const { cid } = await opened.store.add(once(bytes))
    await opened.store.pin(cid, 'a')
    await opened.store.close()
    const again = await openFsStore({ dir: opened.dir })
    assert.deepEqual(await again.stat(cid), {
      size: BigInt(bytes.length),
      blocks: 3,
      local: true,
      pinned: true,
    })
    const files = await readdir(opened.dir, { recursive: true })
    assert.deepEqual(
      files.filter((file) => file.endsWith('.tmp')),
      [],
    )
    await again.close()
  })

  it('leaves young blocks to their coming pin', async () => {
    const store = await openFsStore({ dir: opened.dir, gcGraceMs: 3_600_000 })
    const bytes = randomBytes(100)
    await store.putBlock(rawCid(bytes), bytes)
    await store.gc()
    assert.equal(await store.has(rawCid(bytes)), true)
    const later = await openFsStore({
      dir: opened.dir,
      gcGraceMs: 3_600_000,
      now: () => Date.now() + 3_700_000,
    })
    await later.gc()
    assert.equal(await store.has(rawCid(bytes)), false)
  })

  it('reads no directory and no malformed node as a file', async () => {
    const bytes = dagPb.encode({ Data: new UnixFS({ type: 'directory' }).marshal(), Links: [] })
    const directory = CID.createV1(dagPb.code, await sha256.digest(bytes))
    await opened.store.putBlock(directory, bytes)
    await assert.rejects(
      async () => {
        for await (const _ of opened.store.read(directory));
      },
      { code: 'CONTENT_NOT_A_FILE' },
    )
    const junk = randomBytes(40)
    const malformed = CID.createV1(dagPb.code, rawCid(junk).multihash)
    await opened.store.putBlock(malformed, junk)
    await assert.rejects(opened.store.stat(malformed), { code: 'CONTENT_NOT_A_FILE' })
  })

  it('reads nothing that is nested without end', async () => {
    const leaf = randomBytes(10)
    await opened.store.putBlock(rawCid(leaf), leaf)
    let link: { cid: CID; size: bigint } = { cid: rawCid(leaf), size: 10n }
    for (let level = 0; level < 20; level++) {
      const { cid, bytes } = await node([link])
      await opened.store.putBlock(cid, bytes)
      link = { cid, size: 10n }
    }
    await assert.rejects(
      async () => {
        for await (const _ of opened.store.read(link.cid));
      },
      { code: 'CONTENT_NOT_A_FILE', message: /levels/ },
    )
  })
})

describe('fsStore over HTTP', () => {
  let origin: Awaited<ReturnType<typeof openInTemporary>>
  let local: Awaited<ReturnType<typeof openInTemporary>>
  let honest: ContentServer
  let cid: CID
  let leaves: CID[]
  const bytes = randomBytes(5 * MIB)
  const servers: ContentServer[] = []

  const serve = async (answer: Parameters<typeof serveContent>[0]) => {
    const server = await serveContent(answer)
    servers.push(server)
    return server
  }
  const fetchFrom = (store: ContentStore, ...from: readonly ContentServer[]) =>
    store.fetch(cid, { providers: endpointsToProviders(from.map(({ endpoint }) => endpoint)), signal })

  before(async () => {
    origin = await openInTemporary()
    cid = (await origin.store.add(once(bytes))).cid
    leaves = dagPb.decode(await origin.store.getBlock(cid)).Links.map((link) => link.Hash)
    honest = await serve((block) => origin.store.getBlock(block))
  })
  after(async () => {
    for (const server of servers) await server.close()
    await origin.remove()
  })
  beforeEach(async (context) => {
    local = await openInTemporary()
    const { remove } = local
    if ('after' in context) context.after(remove)
  })

  it('refuses a tampered block, tries the next endpoint, and never asks the liar again', async () => {
    const liar = await serve(async (block) => {
      const good = Uint8Array.from(await origin.store.getBlock(block))
      good[good.length - 1] = (good.at(-1) ?? 0) ^ 1
      return good
    })
    const { blocks } = await fetchFrom(local.store, liar, honest)
    assert.equal(blocks, 6)
    assert.equal(liar.requests.length, 1)
    assert.equal((await local.store.stat(cid)).local, true)
  })

  it('survives an endpoint that fails now and then', async () => {
    const seen = new Set<string>()
    const flaky = await serve(async (block, response) => {
      if (seen.has(block.toString())) return origin.store.getBlock(block)
      seen.add(block.toString())
      if (seen.size % 2 === 0) response.destroy()
      else response.writeHead(503).end()
      return undefined
    })
    assert.equal((await fetchFrom(local.store, flaky)).blocks, 6)
  })

  it('bounds a block, the bytes of a DAG and its number of blocks', async () => {
    const endless = await serve(async (_, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(Buffer.alloc(MIB)), 1)
      response.on('close', () => clearInterval(timer))
      return undefined
    })
    await assert.rejects(fetchFrom(local.store, endless), {
      code: 'CONTENT_UNAVAILABLE',
      message: /larger than/,
    })
    for (const limits of [{ maxBytes: BigInt(2 * MIB) }, { maxBlocks: 3 }]) {
      const bounded = await openInTemporary({ limits })
      await assert.rejects(fetchFrom(bounded.store, honest), { code: 'CONTENT_TOO_LARGE' })
      await bounded.remove()
    }
  })

  it('takes a block that a DAG names many times only once', async () => {
    const leaf = { cid: leaves[0] as CID, size: BigInt(MIB) }
    const inner = await node(Array(500).fill(leaf))
    const outer = await node(Array(500).fill({ cid: inner.cid, size: 500n * BigInt(MIB) }))
    for (const block of [inner, outer]) await origin.store.putBlock(block.cid, block.bytes)
    const asked = honest.requests.length
    const providers = endpointsToProviders([honest.endpoint])
    const { blocks } = await local.store.fetch(outer.cid, { providers, signal })
    assert.equal(blocks, 3)
    assert.equal(honest.requests.length - asked, 3)
    assert.equal((await local.store.stat(outer.cid)).size, 250_000n * BigInt(MIB))
  })
})
