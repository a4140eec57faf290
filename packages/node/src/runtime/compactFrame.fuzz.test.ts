import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type CompactFrame, compactBytes, encodeCompact, inlineBytes } from './compactFrame.ts'
import { encodeFrame } from './encodeFrame.ts'
import { createFrameParser } from './frameParser.ts'

type Seen = { header: object; payload: number[] } | (Omit<CompactFrame, 'payload'> & { payload: number[] })

function collect() {
  const seen: Seen[] = []
  const parser = createFrameParser({
    maxPayloadBytes: () => 4096,
    onFrame: ({ header, payload }) => void seen.push({ header, payload: [...payload] }),
    onCompact: ({ payload, ...fields }) => void seen.push({ ...fields, payload: [...payload] }),
  })
  return { seen, parser }
}

const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const compact = fc.record({ id: u32, binding: u32, slot: u32, first: u32, second: u32 })
const payload = fc.uint8Array({ maxLength: 600 })
const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 900 }))

function pushCut(parser: ReturnType<typeof createFrameParser>, bytes: Uint8Array, steps: Iterator<number>) {
  for (let at = 0; at < bytes.length; ) {
    const step = steps.next().value as number
    const fault = parser.push(bytes.subarray(at, at + step))
    if (fault !== undefined) return fault
    at += step
  }
  return undefined
}

describe('compact frames', () => {
  it('arrive in their order among others, however the stream is cut', () => {
    const one = fc.oneof(fc.tuple(compact, payload), fc.tuple(fc.record({ text: fc.string() }), payload))
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), cuts, (sent, steps) => {
        const pieces = sent.flatMap(([head, bytes]) => {
          if (!('id' in head)) return encodeFrame(head, [bytes])
          const frame = encodeCompact(head, bytes.length)
          frame.set(bytes, compactBytes)
          return [frame]
        })
        const { seen, parser } = collect()
        assert.equal(pushCut(parser, Buffer.concat(pieces), steps), undefined)
        const expected = sent.map(([head, bytes]) => ({
          ...('id' in head ? head : { header: head }),
          payload: [...bytes],
        }))
        assert.equal(JSON.stringify(seen.map(sortKeys)), JSON.stringify(expected.map(sortKeys)))
      }),
    )
  })

  it('never throw and are refused above their bound, before room is made for them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), cuts, (bytes, steps) => {
        const { parser } = collect()
        pushCut(parser, bytes, steps)
      }),
    )
    const { seen, parser } = collect()
    const fields = { id: 1, binding: 2, slot: 3, first: 4, second: 5 }
    const frame = encodeCompact(fields, 0)
    frame.writeUInt32LE((0x8000_0000 | (inlineBytes + 1)) >>> 0, 0)
    assert.match(parser.push(frame)?.reason ?? '', /inline/)
    assert.deepEqual(seen, [])
  })

  it('break the protocol of a side that takes none', () => {
    const parser = createFrameParser({ maxPayloadBytes: () => 10, onFrame: () => assert.fail() })
    assert.ok(parser.push(encodeCompact({ id: 1, binding: 1, slot: 1, first: 1, second: 1 }, 0)))
  })
})

const sortKeys = (value: object): object =>
  Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => a.localeCompare(b)))
