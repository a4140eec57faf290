import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createSlotRegions } from './slotRegions.ts'

const total = 1 << 20

describe('regions of a slot file', () => {
  it('never overlap, stay inside, and all come back', () => {
    const steps = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: total }), gives: fc.boolean() }), {
      maxLength: 200,
    })
    fc.assert(
      fc.property(steps, (commands) => {
        const regions = createSlotRegions(total)
        const taken: { offset: number; bytes: number }[] = []
        for (const { bytes, gives } of commands) {
          const last = gives ? taken.pop() : undefined
          if (last !== undefined) regions.give(last.offset)
          const offset = regions.take(bytes)
          if (offset === undefined) continue
          assert.ok(offset % 4096 === 0 && offset + bytes <= total)
          assert.ok(
            taken.every((other) => offset + bytes <= other.offset || other.offset + other.bytes <= offset),
          )
          taken.push({ offset, bytes })
        }
        for (const { offset } of taken) regions.give(offset)
        assert.equal(regions.take(total), 0)
      }),
    )
  })

  it('are refused when nothing is large enough', () => {
    const regions = createSlotRegions(total)
    assert.equal(regions.take(total + 1), undefined)
    assert.equal(regions.take(total), 0)
    assert.equal(regions.take(1), undefined)
  })
})
