import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Envelope, type Quote, refToCid } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import { type Hex, sha256 } from 'viem'
import type { ContentStore } from '../content/contentStore.ts'
import { openFsStore } from '../content/fsStore.ts'
import { openStorage } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { createInputStore, type InputStore } from './inputStore.ts'
import { createQuoteStore, type QuoteStore } from './quoteStore.ts'

const hex = (byte: string): `0x${string}` => `0x${byte.repeat(32)}`

let dir: string
let storage: Storage
let content: ContentStore
let quotes: QuoteStore
let inputs: InputStore
let now = 1_000

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-inputs-'))
  storage = await openStorage({ path: ':memory:' })
  content = await openFsStore({ dir, gcGraceMs: 0 })
  const nowMs = () => 1
  quotes = createQuoteStore(storage.db, { nowMs })
  const chainTime = async () => now
  inputs = createInputStore({ db: storage.db, content, quotes, chainTime, maxBlockBytes: 2 ** 20, nowMs })
})
after(async () => {
  await content.close()
  await storage.close()
  await rm(dir, { recursive: true, force: true })
})

async function quoted(nonce: string, maxInputBytes = 1_000): Promise<Hex> {
  const quote = {
    provider: `0x${'01'.repeat(20)}`,
    client: `0x${'02'.repeat(20)}`,
    modelKey: hex('11'),
    price: 1n,
    floor: 0n,
    feeBps: 0,
    royaltyBps: 0,
    challengeWindow: 0,
    secondsToSubmit: 60,
    maxInputBytes,
    expiresAt: now + 100,
    nonce: hex(nonce),
  } satisfies Quote.Quote
  await quotes.put(quote, '0x')
  return quote.nonce
}

const block = (bytes: Uint8Array) => ({ cid: refToCid(sha256(bytes)), bytes })

test('counts what was pushed, the same block once', async () => {
  const quoteNonce = await quoted('a1', 100)
  const first = block(new Uint8Array(60).fill(1))
  assert.equal(await inputs.put({ ...first, quoteNonce }), 'stored')
  assert.equal(await inputs.put({ ...first, quoteNonce }), 'present')
  assert.equal(await inputs.allowance({ cid: first.cid, quoteNonce }), 100)
  const second = block(new Uint8Array(41).fill(2))
  assert.equal(await inputs.allowance({ cid: second.cid, quoteNonce }), 40)
  await assert.rejects(inputs.put({ ...second, quoteNonce }), { code: 'INPUT_TOO_LARGE' })
})

test('takes nothing without a live quote', async () => {
  const some = block(new Uint8Array([1]))
  await assert.rejects(inputs.put({ ...some, quoteNonce: hex('ff') }), { code: 'QUOTE_UNKNOWN' })
  const quoteNonce = await quoted('a2')
  now += 101
  await assert.rejects(inputs.put({ ...some, quoteNonce }), { code: 'QUOTE_EXPIRED' })
})

test('names the blocks of an envelope that are missing', async () => {
  const quoteNonce = await quoted('b1', 8 * 2 ** 20)
  const { publicKey } = await Envelope.keyPair()
  const payload = new Uint8Array(2 * 2 ** 20)
  const { root, chunks, ref } = await Envelope.seal({ payload, recipientKey: publicKey })
  assert.deepEqual(await inputs.missing(ref), [refToCid(ref)])
  await inputs.put({ ...block(root), quoteNonce })
  assert.equal((await inputs.missing(ref)).length, chunks.length)
  for (const chunk of chunks) await inputs.put({ ...block(chunk), quoteNonce })
  assert.deepEqual(await inputs.missing(ref), [])
})

test('forgets the blocks of quotes that ran out, and keeps those of others', async () => {
  const dead = await quoted('c1')
  const only = block(new Uint8Array(10).fill(3))
  const shared = block(new Uint8Array(10).fill(4))
  for (const one of [only, shared]) await inputs.put({ ...one, quoteNonce: dead })
  now += 101
  const alive = await quoted('c2')
  await inputs.put({ ...shared, quoteNonce: alive })
  await inputs.collect()
  assert.equal(await content.has(CID.parse(only.cid)), false)
  assert.equal(await content.has(CID.parse(shared.cid)), true)
})

test('takes no more than the quote allows, however much comes at once', async () => {
  const quoteNonce = await quoted('d1', 100)
  const blocks = [5, 6, 7, 8].map((byte) => block(new Uint8Array(60).fill(byte)))
  const outcomes = await Promise.allSettled(blocks.map((one) => inputs.put({ ...one, quoteNonce })))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('takes no crowd of tiny blocks', async () => {
  const quoteNonce = await quoted('d2', 1_000)
  for (const byte of [1, 2, 3]) await inputs.put({ ...block(new Uint8Array([0, byte])), quoteNonce })
  const fourth = block(new Uint8Array([0, 4]))
  await assert.rejects(inputs.put({ ...fourth, quoteNonce }), { code: 'INPUT_TOO_LARGE' })
})

test('takes raw blocks alone, and leaves nothing of what it refuses', async () => {
  const quoteNonce = await quoted('d3', 1_000)
  const bytes = new Uint8Array([10, 2, 8, 1])
  const cid = CID.createV1(0x70, CID.parse(refToCid(sha256(bytes))).multihash)
  await assert.rejects(inputs.put({ cid: cid.toString(), bytes, quoteNonce }), { code: 'CID_INVALID' })
  assert.equal(await content.has(cid), false)
  const other = { ...block(new Uint8Array([11])), bytes: new Uint8Array([12]), quoteNonce }
  await assert.rejects(inputs.put(other), { code: 'BLOCK_HASH_MISMATCH' })
  assert.equal(await inputs.allowance({ cid: 'another', quoteNonce }), 1_000)
})

test('forgets the blocks of a claimed quote whose job was never opened', async () => {
  const quoteNonce = await quoted('e1')
  const only = block(new Uint8Array(10).fill(9))
  await inputs.put({ ...only, quoteNonce })
  await quotes.claim(quoteNonce, hex('e2'))
  now += 101
  await inputs.collect()
  assert.equal(await content.has(CID.parse(only.cid)), true, 'its job may still be opened')
  now += 60
  await inputs.collect()
  assert.equal(await content.has(CID.parse(only.cid)), false)
})

test('forgets quotes that can no longer be of use, and none that has blocks or may have a job', async () => {
  const unused = await quoted('f1')
  const claimed = await quoted('f2')
  await quotes.claim(claimed, hex('f3'))
  now += 101
  await inputs.collect()
  assert.ok(await quotes.get(unused))
  now += 3_600
  const alive = await quoted('f4')
  await inputs.collect()
  assert.equal(await quotes.get(unused), undefined)
  assert.equal(await quotes.get(claimed), undefined)
  assert.ok(await quotes.get(alive))
})
