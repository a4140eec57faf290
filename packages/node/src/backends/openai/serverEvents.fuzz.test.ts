import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BaseError } from '@dim/sdk'
import fc from 'fast-check'
import { serverEvents } from './serverEvents.ts'

const limits = { url: 'http://engine', maxBytes: 100_000 }

async function* cutUp(bytes: Uint8Array, cuts: readonly number[]) {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = cuts[i % cuts.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const collect = (bytes: Uint8Array, cuts: readonly number[]) =>
  (async () => {
    const events: string[] = []
    for await (const event of serverEvents(cutUp(bytes, cuts), limits)) events.push(event)
    return events
  })()

const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ' '))
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 })
const lineEnd = fc.constantFrom('\n', '\r\n', '\r')

describe('server-sent events', () => {
  it('arrive as they were sent, by whichever line end and however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), lineEnd, sizes, async (sent, end, cuts) => {
        const text = sent
          .map((data) => `event: piece${end}: a comment${end}data: ${data}${end}${end}`)
          .join('')
        assert.deepEqual(await collect(Buffer.from(text), cuts), sent)
      }),
    )
  })

  it('of several lines are one event', async () => {
    const text = Buffer.from('data: a\ndata:b\ndata:  c\n\ndata: cut off\n')
    assert.deepEqual(await collect(text, [3]), ['a\nb\n c'])
  })

  it('of anything else end well or with a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), sizes, async (bytes, cuts) => {
        await collect(bytes, cuts).catch((error) => assert.ok(error instanceof BaseError))
      }),
    )
  })
})
