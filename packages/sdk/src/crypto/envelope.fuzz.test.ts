import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BaseError } from '../errors/baseError.ts'
import * as Envelope from './envelope.ts'

const { publicKey, privateKey } = await Envelope.keyPair()

async function codedOr<T>(attempt: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attempt()
  } catch (error) {
    assert.ok(error instanceof BaseError, `not a coded error: ${error}`)
    assert.match(error.code, /^ENVELOPE_/)
    return undefined
  }
}

test('whatever is sealed is opened', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 2000 }),
      fc.uint8Array({ maxLength: 40 }),
      async (payload, aad) => {
        const { root, ref } = await Envelope.seal({ payload, recipientKey: publicKey, aad })
        assert.deepEqual(await Envelope.open({ root, ref, privateKey, aad }), payload)
      },
    ),
    { numRuns: 100 },
  )
})

test('a sealed root with any byte changed, cut or added never opens', async () => {
  const payload = new TextEncoder().encode('nobody may change this')
  const { root } = await Envelope.seal({ payload, recipientKey: publicKey })
  for (let at = 0; at < root.length; at++) {
    for (const change of [1, 0x80, 0xff]) {
      const mutated = root.slice()
      mutated[at] = (mutated[at] as number) ^ change
      assert.equal(
        await codedOr(() => Envelope.open({ root: mutated, privateKey })),
        undefined,
        `byte ${at} ^ ${change}`,
      )
    }
    assert.equal(await codedOr(() => Envelope.open({ root: root.slice(0, at), privateKey })), undefined)
  }
  const longer = Uint8Array.from([...root, 0])
  assert.equal(await codedOr(() => Envelope.open({ root: longer, privateKey })), undefined)
})

test('any bytes give a coded error, also behind a right start', async () => {
  const start = Uint8Array.of(0x44, 0x49, 0x4d, 0x45, 1)
  const bytes = fc.uint8Array({ maxLength: 300 })
  const root = fc.oneof(
    bytes,
    bytes.map((rest) => Uint8Array.from([...start, ...rest])),
  )
  await fc.assert(
    fc.asyncProperty(root, bytes, async (candidate, chunk) => {
      const getChunk = async () => chunk
      assert.equal(await codedOr(() => Envelope.open({ root: candidate, getChunk, privateKey })), undefined)
      await codedOr(() => Envelope.openPlain({ root: candidate, getChunk }))
      await codedOr(async () => Envelope.describe(candidate))
    }),
    { numRuns: 1000 },
  )
})

test('a plain root has one reading: what opens, wraps to the same bytes', async () => {
  const start = Uint8Array.of(0x44, 0x49, 0x4d, 0x45, 1, 0, 0, 0)
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 60 }), fc.uint8Array({ maxLength: 60 }), async (length, rest) => {
      const size = new Uint8Array(8)
      new DataView(size.buffer).setBigUint64(0, BigInt(length), true)
      const root = Uint8Array.from([...start, ...size, ...rest])
      const payload = await codedOr(() => Envelope.openPlain({ root }))
      assert.equal(payload !== undefined, length === rest.length)
      if (payload !== undefined) assert.deepEqual(Envelope.plain(payload).root, root)
    }),
    { numRuns: 500 },
  )
})
