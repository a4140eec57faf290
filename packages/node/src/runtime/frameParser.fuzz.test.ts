import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createFrameParser, type Frame, maxHeaderBytes } from './frameParser.ts'
import { writeFrame } from './writeFrame.ts'

const maxPayloadBytes = 4096

function collect(): { frames: Frame[]; parser: ReturnType<typeof createFrameParser> } {
  const frames: Frame[] = []
  const parser = createFrameParser({
    maxPayloadBytes: () => maxPayloadBytes,
    onFrame: (frame) => frames.push(frame),
  })
  return { frames, parser }
}

function written(header: object, parts: readonly Uint8Array[]): Buffer {
  const stream = new PassThrough({ highWaterMark: 1 << 24 })
  writeFrame(stream, header, parts)
  return stream.read() ?? Buffer.alloc(0)
}

function prefix(headerBytes: number, payloadBytes: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(headerBytes, 0)
  bytes.writeUInt32LE(payloadBytes, 4)
  return bytes
}

const frame = fc.record({
  header: fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.boolean())),
  payload: fc.uint8Array({ maxLength: maxPayloadBytes }),
})

describe('frames', () => {
  it('arrive as they were written, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 5 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 700 })),
        (sent, cuts) => {
          const bytes = Buffer.concat(sent.map(({ header, payload }) => written(header, [payload])))
          const { frames, parser } = collect()
          for (let at = 0; at < bytes.length; ) {
            const step = cuts.next().value as number
            assert.equal(parser.push(bytes.subarray(at, at + step)), undefined)
            at += step
          }
          assert.equal(frames.length, sent.length)
          sent.forEach(({ header, payload }, i) => {
            assert.equal(JSON.stringify(frames[i]?.header), JSON.stringify(header))
            assert.deepEqual(Buffer.from(frames[i]?.payload ?? []), Buffer.from(payload))
            assert.equal((frames[i]?.payload.byteOffset ?? 1) % 8, 0)
          })
        },
      ),
    )
  })

  it('never throw and never hold more than their bounds, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 12 }), (chunks) => {
        const { frames, parser } = collect()
        for (const chunk of chunks) parser.push(chunk)
        for (const { payload } of frames) assert.ok(payload.length <= maxPayloadBytes)
      }),
      { numRuns: 500 },
    )
  })

  it('refuse lengths above the bounds before they are reserved', () => {
    assert.equal(collect().parser.push(prefix(2, maxPayloadBytes + 1))?.isOversize, true)
    assert.equal(collect().parser.push(prefix(maxHeaderBytes + 1, 0))?.isOversize, false)
    assert.equal(collect().parser.push(prefix(0, 0))?.isOversize, false)
  })

  it('refuse a header that is no JSON object, and everything after it', () => {
    for (const text of ['[', '12', 'null', '{"a"']) {
      const { frames, parser } = collect()
      const bytes = Buffer.concat([prefix(Buffer.byteLength(text), 0), Buffer.from(text)])
      const fault = parser.push(bytes)
      assert.ok(fault)
      assert.equal(parser.push(written({ a: 1 }, [])), fault)
      assert.equal(frames.length, 0)
    }
  })
})
