import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { batchDims, gather, repeat, scatter } from './wireBatch.ts'

const dims = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })

describe('items of a batch', () => {
  it('come out as they went in, whatever axis counts them', () => {
    fc.assert(
      fc.property(dims, fc.nat(), fc.integer({ min: 1, max: 5 }), (shape, pick, count) => {
        const axis = pick % shape.length
        const bytes = 4 * shape.reduce((product, dim) => product * dim, 1)
        const items = Array.from({ length: count }, (_, index) =>
          new Uint8Array(bytes).map((_, at) => at * 7 + index * 31),
        )
        const batch = new Uint8Array(bytes * count)
        for (const [index, item] of items.entries()) scatter(batch, item, { dims: shape, axis, index, count })
        items.forEach((item, index) => {
          assert.deepEqual([...gather(batch, { dims: shape, axis, index, count })], [...item])
        })
      }),
    )
  })

  it('lie along the axis as the engine expects them', () => {
    const batch = new Uint8Array(8)
    scatter(batch, Uint8Array.of(1, 2, 3, 4), { dims: [2, 1, 2], axis: 1, index: 0, count: 2 })
    scatter(batch, Uint8Array.of(5, 6, 7, 8), { dims: [2, 1, 2], axis: 1, index: 1, count: 2 })
    assert.deepEqual([...batch], [1, 2, 5, 6, 3, 4, 7, 8])
    assert.deepEqual(batchDims([2, 1, 2], 1, 2), [2, 2, 2])
  })

  it('are repeated for a profile, what is shared once', () => {
    const x = { dtype: 'uint8' as const, dims: [1, 2], data: Uint8Array.of(1, 2) }
    const s = { dtype: 'uint8' as const, dims: [], data: Uint8Array.of(9) }
    const { x: many, s: shared } = repeat({ x, s }, { x: 0, s: null }, 3)
    assert.deepEqual(many?.dims, [3, 2])
    assert.deepEqual([...(many?.data ?? [])], [1, 2, 1, 2, 1, 2])
    assert.equal(shared, s)
  })
})
