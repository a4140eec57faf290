import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { ContentStore } from '../../packages/node/src/content/contentStore.ts'
import { endpointsToProviders } from '../../packages/node/src/content/endpointsToProviders.ts'
import { type HeliaStore, openHeliaStore } from '../../packages/node/src/content/heliaStore.ts'
import type { Cid } from '../../packages/node/src/content/support/contractContent.ts'
import { serveContent } from '../../packages/node/src/content/support/serveContent.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import { until } from '../support/until.ts'

const MIB = 1_048_576
const signal = AbortSignal.timeout(120_000)

async function* once(bytes: Uint8Array) {
  yield bytes
}

async function folder(context: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'dim-peer-'))
  context.after(() => rm(dir, { recursive: true }))
  return dir
}

async function openPeer(dir: string, bootstrap: readonly HeliaStore[] = []): Promise<HeliaStore> {
  return openHeliaStore({
    dir,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    bootstrap: bootstrap.flatMap((peer) => peer.addresses().map(String)),
    retry: { rounds: 1, pauseMs: 1 },
    logger: silentLogger,
  })
}

async function peer(context: TestContext, bootstrap: readonly HeliaStore[] = []): Promise<HeliaStore> {
  const store = await openPeer(await folder(context), bootstrap)
  context.after(() => store.close())
  return store
}

async function assertHolds(store: ContentStore, cid: Cid, bytes: Uint8Array): Promise<void> {
  const parts: Uint8Array[] = []
  for await (const part of store.read(cid)) parts.push(part)
  assert.ok(Buffer.concat(parts).equals(bytes))
}

test('a peer that is named gives a whole DAG by bitswap, and its id is the same after a restart', async (context) => {
  const [dir, client] = [await folder(context), await peer(context)]
  const bytes = randomBytes(20 * MIB + 3)
  const first = await openPeer(dir)
  const { cid } = await first.add(once(bytes))
  const idOf = (store: HeliaStore) => String(store.addresses()[0]).split('/p2p/')[1]
  const id = idOf(first)
  await first.close()

  const again = await openPeer(dir)
  context.after(() => again.close())
  assert.equal(idOf(again), id)
  const { blocks } = await client.fetch(cid, { providers: [again.addresses()], signal })
  assert.equal(blocks, 22)
  await assertHolds(client, cid, bytes)
})

test('a stranger is found by what it provides, over a peer that both know', async (context) => {
  const meeting = await peer(context)
  const [provider, client] = [await peer(context, [meeting]), await peer(context, [meeting])]
  const bytes = randomBytes(3 * MIB)
  const { cid } = await provider.add(once(bytes))
  await until(async () => {
    await provider
      .provide(cid, { signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]) })
      .catch(() => {})
    const fetching = AbortSignal.any([signal, AbortSignal.timeout(5_000)])
    return client.fetch(cid, { signal: fetching }).then(
      () => true,
      () => false,
    )
  })
  await assertHolds(client, cid, bytes)
})

test('what the HTTP endpoint does not have comes from the peer, and the other way round', async (context) => {
  const [source, client] = [await peer(context), await peer(context)]
  const bytes = randomBytes(2 * MIB)
  const { cid } = await source.add(once(bytes))
  const empty = await serveContent(async (_, response) => void response.writeHead(404).end())
  context.after(empty.close)
  const providers = [...endpointsToProviders([empty.endpoint]), source.addresses()]
  assert.equal((await client.fetch(cid, { providers, signal })).blocks, 3)
  assert.equal(empty.requests.length > 0, true)

  const other = await source.add(once(randomBytes(2 * MIB)))
  const full = await serveContent((block) => source.getBlock(block))
  context.after(full.close)
  await client.fetch(other.cid, { providers: endpointsToProviders([full.endpoint]), signal })
  assert.equal(full.requests.length, 3)
})

test('a fetch from peers can be stopped, and without peers it ends with the reason', async (context) => {
  const [source, client, owner] = [await peer(context), await peer(context), await peer(context)]
  const { cid } = await owner.add(once(randomBytes(100)))
  const stop = new AbortController()
  const fetching = client.fetch(cid, { providers: [source.addresses()], signal: stop.signal })
  setImmediate(() => stop.abort())
  await assert.rejects(fetching, { name: 'AbortError' })
  await assert.rejects((await peer(context)).fetch(cid, { signal }), {
    code: 'CONTENT_UNAVAILABLE',
    message: /no peer is connected/,
  })
})
