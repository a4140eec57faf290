import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type JobParams, type Quote, refToCid } from '@dim/sdk'
import { openStorage } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { createQuoteStore, type QuoteStore } from './quoteStore.ts'

const hex = (byte: string): `0x${string}` => `0x${byte.repeat(32)}`

const quote = (nonce: string, change: Partial<Quote.Quote> = {}): Quote.Quote => ({
  provider: '0x0000000000000000000000000000000000000001',
  client: '0xABcdEFABcdEFabcdEfAbCdefabcdeFABcDEFabCD',
  modelKey: hex('11'),
  price: 100n,
  floor: 10n,
  feeBps: 100,
  royaltyBps: 200,
  challengeWindow: 600,
  secondsToSubmit: 300,
  maxInputBytes: 1_000,
  expiresAt: 2_000,
  nonce: hex(nonce),
  ...change,
})

const { client, modelKey, price } = quote('00')
const params = { client, modelKey, price, inputRef: hex('77') } as JobParams.JobParams

let storage: Storage
let quotes: QuoteStore

before(async () => {
  storage = await openStorage({ path: ':memory:' })
  quotes = createQuoteStore(storage.db, { nowMs: () => 1 })
})
after(() => storage.close())

test('gives back what was signed', async () => {
  await quotes.put(quote('a1'), '0x1234')
  assert.deepEqual(await quotes.get(hex('a1')), {
    quote: quote('a1'),
    signature: '0x1234',
    jobId: undefined,
  })
  assert.equal(await quotes.get(hex('ff')), undefined)
})

test('a quote opens one job', async () => {
  await quotes.put(quote('b1'), '0x')
  assert.equal(await quotes.claim(hex('b1'), hex('01')), 'claimed')
  assert.equal(await quotes.claim(hex('b1'), hex('01')), 'repeat')
  assert.equal(await quotes.claim(hex('b1'), hex('02')), 'conflict')
  assert.equal(await quotes.claim(hex('fe'), hex('02')), 'unknown')
  await quotes.release(hex('b1'), hex('01'))
  assert.equal(await quotes.claim(hex('b1'), hex('02')), 'claimed')
})

test('finds the quote of a job that came by another way', async () => {
  await quotes.put(quote('c1', { price: 777n }), '0x')
  const opened = { ...params, price: 777n }
  assert.equal((await quotes.findFor(hex('0c'), opened, 2_000))?.quote.nonce, hex('c1'))
  assert.equal(await quotes.findFor(hex('0c'), opened, 2_001), undefined, 'expired when it was opened')
  assert.equal(await quotes.findFor(hex('0c'), { ...opened, price: 778n }, 1_000), undefined)
  await quotes.claim(hex('c1'), hex('0c'))
  assert.equal((await quotes.findFor(hex('0c'), opened, 9_999))?.quote.nonce, hex('c1'), 'its own for ever')
  assert.equal(await quotes.findFor(hex('0d'), opened, 1_000), undefined, 'used by another job')
})

test('of several quotes that fit, the one with the input is that of the job', async () => {
  const terms = { price: 888n }
  await quotes.put(quote('e1', terms), '0x')
  await quotes.put(quote('e2', { ...terms, expiresAt: 3_000 }), '0x')
  const pushed = { quoteNonce: hex('e2'), cid: refToCid(params.inputRef), bytes: 1, createdAtMs: 1 }
  await storage.db.insertInto('pushedBlocks').values(pushed).execute()
  assert.equal((await quotes.findFor(hex('0e'), { ...params, ...terms }, 1_000))?.quote.nonce, hex('e2'))
})

test('counts the unused quotes that are alive', async () => {
  const before = await quotes.countLive(5_000)
  await quotes.put(quote('d1', { expiresAt: 5_000 }), '0x')
  await quotes.put(quote('d2', { expiresAt: 5_000 }), '0x')
  await quotes.claim(hex('d2'), hex('dd'))
  assert.equal((await quotes.countLive(5_000)) - before, 1)
  assert.equal(await quotes.countLive(5_001), before)
})
