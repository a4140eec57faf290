import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { BaseError } from '@dim/sdk'
import { describeContentStore } from '../../packages/node/src/content/contentStore.contract.ts'
import { openFsStore } from '../../packages/node/src/content/fsStore.ts'
import { openHeliaStore } from '../../packages/node/src/content/heliaStore.ts'
import { openKuboStore } from '../../packages/node/src/content/kuboStore.ts'
import {
  type Cid,
  parseCid,
  rawCid,
  toProvider,
} from '../../packages/node/src/content/support/contractContent.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import { startKubo, withoutKubo } from '../support/daemons/kubo.ts'

async function damage(repo: string, cid: Cid) {
  const blocks = join(repo, 'blocks')
  for (const name of await readdir(blocks, { recursive: true })) {
    if (!name.endsWith('.data')) continue
    const digest = createHash('sha256')
      .update(await readFile(join(blocks, name)))
      .digest()
    if (digest.equals(cid.multihash.digest)) return writeFile(join(blocks, name), 'damaged')
  }
  assert.fail(`${cid} is not there`)
}

/** As another user of the daemon does; it pins what it adds. */
async function addForOthers(apiUrl: string, bytes: Uint8Array<ArrayBuffer>): Promise<Cid> {
  const body = new FormData()
  body.append('file', new Blob([bytes]))
  const response = await fetch(`${apiUrl}/api/v0/add?cid-version=1&raw-leaves=true`, { method: 'POST', body })
  return parseCid(((await response.json()) as { Hash: string }).Hash)
}

async function open() {
  const daemon = await startKubo()
  const store = await openKuboStore({
    apiUrl: daemon.apiUrl,
    gcGraceMs: -60_000,
    blockTimeoutMs: 200,
    retry: { pauseMs: 1 },
  })
  return { store, daemon, remove: daemon.stop, damage: (cid: Cid) => damage(daemon.repo, cid) }
}

const signal = AbortSignal.timeout(120_000)

async function* once(bytes: Uint8Array) {
  yield bytes
}

async function* zeros(bytes: number) {
  const chunk = new Uint8Array(10_000_000)
  for (let left = bytes; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length))
}

describe('a Kubo daemon', { skip: withoutKubo }, () => {
  describeContentStore('kuboStore', open)

  it('names a file of more than 1024 leaves as the folder does', async (context) => {
    const dir = await mkdtemp(join(tmpdir(), 'dim-large-'))
    context.after(() => rm(dir, { recursive: true }))
    const [{ store, remove }, ours] = [await open(), await openFsStore({ dir })]
    context.after(remove)
    const { cid, size } = await store.add(zeros(1_100_000_000))
    assert.equal(cid.toString(), 'bafybeifrzyneoz7psw3l3djg4h4kwq4la7vptczbde624uopmtep3hueiq')
    assert.deepEqual(await ours.add(zeros(1_100_000_000)), { cid, size })
    await ours.close()
  })

  it('exchanges blocks by bitswap with an embedded peer, both ways', async (context) => {
    const dir = await mkdtemp(join(tmpdir(), 'dim-peer-'))
    const listen = ['/ip4/127.0.0.1/tcp/0']
    const peer = await openHeliaStore({ dir, listen, logger: silentLogger })
    const { store, daemon, remove } = await open()
    context.after(async () => {
      await peer.close()
      await remove()
      await rm(dir, { recursive: true })
    })
    const [ours, theirs] = [randomBytes(5_000_000), randomBytes(5_000_000)]
    const fromPeer = await peer.add(once(ours))
    const patient = await openKuboStore({ apiUrl: daemon.apiUrl })
    const { blocks } = await patient.fetch(fromPeer.cid, { providers: [peer.addresses()], signal })
    assert.equal(blocks, 6)
    const fromDaemon = await store.add(once(theirs))
    await peer.fetch(fromDaemon.cid, { providers: [toProvider(await daemon.addresses())], signal })
    assert.equal((await peer.stat(fromDaemon.cid)).local, true)
  })

  it('keeps what is young through a sweep, pins of others too, and lists only its own', async (context) => {
    const { daemon, remove } = await open()
    context.after(remove)
    let time = 0
    const store = await openKuboStore({ apiUrl: daemon.apiUrl, gcGraceMs: 1000, now: () => time })
    const foreign = await addForOthers(daemon.apiUrl, randomBytes(1000))
    const young = await store.add(once(randomBytes(3_000_000)))
    await store.gc()
    assert.equal((await store.stat(young.cid)).local, true)
    await store.pin(young.cid, 'kept')
    const pins = []
    for await (const pin of store.pins()) pins.push(pin)
    assert.deepEqual(pins, [{ cid: young.cid, name: 'kept' }])
    await store.unpin(young.cid)
    await store.unpin(foreign)
    time = 2000
    await store.gc()
    assert.equal(await store.has(young.cid), false)
    assert.equal(await store.has(foreign), true)
  })

  it('opens to the login in ipfs.apiUrl, and no message repeats it', async (context) => {
    const daemon = await startKubo({ login: 'node:open sesame' })
    context.after(daemon.stop)
    const withLogin = (login: string) => daemon.apiUrl.replace('://', `://${login}@`)
    const store = await openKuboStore({ apiUrl: withLogin('node:open%20sesame') })
    const { cid } = await store.add(once(randomBytes(2_000_000)))
    assert.equal((await store.stat(cid)).local, true)
    for (const apiUrl of [withLogin('node:wrong'), daemon.apiUrl])
      await assert.rejects(openKuboStore({ apiUrl }), (error: BaseError) => {
        assert.equal(error.code, 'IPFS_FAILED')
        assert.doesNotMatch(`${error.message} ${error.details}`, /wrong|node:/)
        return true
      })
  })

  it('that ends is told apart from content that is not there', async () => {
    const { store, remove } = await open()
    await remove()
    await assert.rejects(store.has(rawCid(randomBytes(9))), { code: 'IPFS_UNREACHABLE', retryable: true })
    await assert.rejects(store.add(once(randomBytes(9))), { code: 'IPFS_UNREACHABLE' })
  })
})
