import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Hex, hexToBytes, sha256 } from 'viem'
import { maxBlockBytes } from './envelope/header.ts'
import * as Envelope from './envelope.ts'

const text = new TextEncoder().encode('attack at dawn')
const large = Uint8Array.from({ length: 2 * maxBlockBytes + 5 }, (_, i) => (i * 31) % 251)

const chunkGetter = (chunks: readonly Uint8Array[]) => {
  const byRef = new Map(chunks.map((chunk) => [sha256(chunk), chunk]))
  return async (ref: Hex) => byRef.get(ref) ?? new Uint8Array(0)
}

for (const length of [0, 1, maxBlockBytes - 64, maxBlockBytes - 63, maxBlockBytes, large.length]) {
  test(`a payload of ${length} bytes survives sealing and opening`, async () => {
    const payload = large.subarray(0, length)
    const { publicKey, privateKey } = await Envelope.keyPair()
    const { root, chunks, ref } = await Envelope.seal({ payload, recipientKey: publicKey })
    assert.equal(ref, sha256(root))
    for (const block of [root, ...chunks]) assert.ok(block.length <= maxBlockBytes)
    assert.equal(chunks.length > 0, length > maxBlockBytes - 64)
    assert.deepEqual(
      Envelope.chunkRefs(root),
      chunks.map((chunk) => sha256(chunk)),
    )
    const opened = await Envelope.open({ root, ref, getChunk: chunkGetter(chunks), privateKey })
    assert.deepEqual(opened, payload)
  })
}

for (const length of [0, 1, maxBlockBytes - 16, maxBlockBytes - 15, large.length]) {
  test(`a plain payload of ${length} bytes survives`, async () => {
    const payload = large.subarray(0, length)
    const { root, chunks, ref } = Envelope.plain(payload)
    assert.equal(Envelope.describe(root).isSealed, false)
    assert.deepEqual(await Envelope.openPlain({ root, ref, getChunk: chunkGetter(chunks) }), payload)
  })
}

test('sealing the same payload twice gives two envelopes that show nothing of it', async () => {
  const { publicKey } = await Envelope.keyPair()
  const first = await Envelope.seal({ payload: large, recipientKey: publicKey })
  const second = await Envelope.seal({ payload: large, recipientKey: publicKey })
  assert.notEqual(first.ref, second.ref)
  assert.notDeepEqual(first.chunks[0], second.chunks[0])
})

test('describe says what a root holds, without a key', async () => {
  const { publicKey } = await Envelope.keyPair()
  const { root, chunks } = await Envelope.seal({ payload: large, recipientKey: publicKey })
  const { isSealed, isChunked, payloadBytes, chunkRefs } = Envelope.describe(root)
  assert.deepEqual(
    { isSealed, isChunked, payloadBytes },
    { isSealed: true, isChunked: true, payloadBytes: large.length },
  )
  assert.equal(chunkRefs.length, chunks.length)
})

test('another key does not open it', async () => {
  const { publicKey } = await Envelope.keyPair()
  const { privateKey } = await Envelope.keyPair()
  const { root } = await Envelope.seal({ payload: text, recipientKey: publicKey })
  await assert.rejects(Envelope.open({ root, privateKey }), { code: 'ENVELOPE_NOT_OPENED' })
})

test('another binding does not open it: a result of one job is none of another', async () => {
  const { publicKey, privateKey } = await Envelope.keyPair()
  const aad = hexToBytes(`0x${'11'.repeat(32)}`)
  const { root } = await Envelope.seal({ payload: text, recipientKey: publicKey, aad })
  assert.deepEqual(await Envelope.open({ root, privateKey, aad }), text)
  await assert.rejects(Envelope.open({ root, privateKey }), { code: 'ENVELOPE_NOT_OPENED' })
  const other = hexToBytes(`0x${'12'.repeat(32)}`)
  await assert.rejects(Envelope.open({ root, privateKey, aad: other }), { code: 'ENVELOPE_NOT_OPENED' })
})

test('a browser pair whose private key cannot be exported opens', async () => {
  const algorithm = { name: 'X25519' } as const
  const pair = (await crypto.subtle.generateKey(algorithm, false, ['deriveBits'])) as CryptoKeyPair
  const recipientKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const { root } = await Envelope.seal({ payload: text, recipientKey })
  assert.deepEqual(await Envelope.open({ root, privateKey: pair }), text)
})

test('a root with another hash is refused before anything is decrypted', async () => {
  const { root } = Envelope.plain(text)
  const ref: Hex = `0x${'00'.repeat(32)}`
  await assert.rejects(Envelope.openPlain({ root, ref }), { code: 'ENVELOPE_BLOCK_MISMATCH' })
})

test('a changed, swapped or missing chunk is refused', async () => {
  const { publicKey, privateKey } = await Envelope.keyPair()
  const { root, chunks } = await Envelope.seal({ payload: large, recipientKey: publicKey })
  const [first, second] = chunks as [Uint8Array, Uint8Array]
  const changed = first.slice()
  changed[7] = (changed[7] as number) ^ 1
  for (const wrong of [changed, second, new Uint8Array(0)]) {
    const getChunk = async (_: Hex, index: number) => (index === 0 ? wrong : (chunks[index] as Uint8Array))
    await assert.rejects(Envelope.open({ root, getChunk, privateKey }), { code: 'ENVELOPE_BLOCK_MISMATCH' })
  }
})

test('chunks in another order do not open, even under a root that names them so', async () => {
  const { publicKey, privateKey } = await Envelope.keyPair()
  const payload = large.subarray(0, 2 * (maxBlockBytes - 16))
  const { root, chunks } = await Envelope.seal({ payload, recipientKey: publicKey })
  const swapped = root.slice()
  swapped.set(root.subarray(48, 80), 80)
  swapped.set(root.subarray(80, 112), 48)
  const opening = Envelope.open({ root: swapped, getChunk: chunkGetter(chunks), privateKey })
  await assert.rejects(opening, { code: 'ENVELOPE_NOT_OPENED' })
})

test('an envelope cut to its first chunk does not open', async () => {
  const { publicKey, privateKey } = await Envelope.keyPair()
  const { root, chunks } = await Envelope.seal({ payload: large, recipientKey: publicKey })
  const cut = root.slice(0, 48 + 2 * 32)
  new DataView(cut.buffer).setBigUint64(8, BigInt(2 * (maxBlockBytes - 16)), true)
  const opening = Envelope.open({ root: cut, getChunk: chunkGetter(chunks), privateKey })
  await assert.rejects(opening, { code: 'ENVELOPE_NOT_OPENED' })
})

test('open takes no plain envelope, openPlain no sealed one', async () => {
  const { publicKey, privateKey } = await Envelope.keyPair()
  const { root } = await Envelope.seal({ payload: text, recipientKey: publicKey })
  await assert.rejects(Envelope.openPlain({ root }), { code: 'ENVELOPE_NOT_OPENED' })
  await assert.rejects(Envelope.open({ root: Envelope.plain(text).root, privateKey }), {
    code: 'ENVELOPE_NOT_OPENED',
  })
})

test('chunks without a way to fetch them are refused', async () => {
  await assert.rejects(Envelope.openPlain({ root: Envelope.plain(large).root }), {
    code: 'ENVELOPE_MALFORMED',
  })
})

test('a payload beyond the limit is refused before any chunk is fetched', async () => {
  const { root } = Envelope.plain(large)
  const getChunk = async () => assert.fail('fetched')
  const opening = Envelope.openPlain({ root, getChunk, maxBytes: large.length - 1 })
  await assert.rejects(opening, { code: 'ENVELOPE_TOO_LARGE' })
})

test('what getChunk throws comes out as it is', async () => {
  const { root } = Envelope.plain(large)
  const lost = new RangeError('lost')
  const opening = Envelope.openPlain({ root, getChunk: () => Promise.reject(lost) })
  await assert.rejects(opening, (error) => error === lost)
})

for (const key of [new Uint8Array(31), new Uint8Array(33), new Uint8Array(0)]) {
  test(`a key of ${key.length} bytes is refused`, async () => {
    const sealing = Envelope.seal({ payload: text, recipientKey: key })
    await assert.rejects(sealing, { code: 'ENVELOPE_KEY_INVALID' })
    const { publicKey } = await Envelope.keyPair()
    const { root } = await Envelope.seal({ payload: text, recipientKey: publicKey })
    await assert.rejects(Envelope.open({ root, privateKey: key }), { code: 'ENVELOPE_KEY_INVALID' })
  })
}

test('a public key of low order is refused', async () => {
  const sealing = Envelope.seal({ payload: text, recipientKey: new Uint8Array(32) })
  await assert.rejects(sealing, { code: 'ENVELOPE_KEY_INVALID' })
})
