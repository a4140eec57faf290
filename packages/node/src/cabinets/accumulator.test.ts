import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TensorSet } from '@dim/sdk'
import fc from 'fast-check'
import { createAccumulator } from './accumulator.ts'
import { type AnswerPolicy, answerSchema } from './cabinetPolicy.ts'
import { suppressSmall } from './suppressSmall.ts'

const answer = (policy: unknown, cells: readonly (readonly (readonly number[])[])[], least = 2) => {
  const accumulator = createAccumulator(answerSchema.parse(policy) as AnswerPolicy, { least })
  for (const cell of cells) {
    for (const values of cell) accumulator.add({ y: { dims: [values.length], values } })
    accumulator.endCell()
  }
  const finished = Object.entries(accumulator.finish())
  return Object.fromEntries(finished.map(([part, tensor]) => [part, Array.from(TensorSet.toNumbers(tensor))]))
}

const rows = [
  [
    [1, 5],
    [2, 4],
  ],
  [
    [3, 3],
    [4, 9],
  ],
]

describe('createAccumulator', () => {
  for (const [kind, expected] of [
    ['mean', [2.5, 5.25]],
    ['sum', [10, 21]],
    ['min', [1, 3]],
    ['max', [4, 9]],
  ] as const) {
    it(`makes the ${kind} of all rows, element by element`, () => {
      assert.deepEqual(answer({ kind, output: 'y' }, rows), { '': expected })
    })
  }

  it('counts rows', () => assert.deepEqual(answer({ kind: 'count' }, rows), { '': [4] }))

  it('counts in bins, and leaves out what would tell of few rows', () => {
    const histogram = { kind: 'histogram', output: 'y', edges: [0, 10, 20] }
    const cell = [1, 2, 3, 11, 12, 25].map((value) => [value])
    assert.deepEqual(answer(histogram, [cell], 2), { '': [0, 3, 0, 0] })
    assert.deepEqual(answer(histogram, [[...cell, [30]]], 2), { '': [0, 3, 2, 2] })
  })

  it('counts the classes of the highest score, the most frequent first', () => {
    const cell = [
      [1, 0, 0],
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 1],
    ]
    assert.deepEqual(answer({ kind: 'labels', output: 'y', top: 5 }, [cell]), {
      '.labels': [2, 0],
      '.counts': [3, 2],
    })
  })

  it('refuses shapes that differ, an output that is missing, an element that is missing', () => {
    const refused = { code: 'CABINET_OUTPUT_UNFIT' }
    assert.throws(() => answer({ kind: 'mean', output: 'y' }, [[[1], [1, 2]]]), refused)
    assert.throws(() => answer({ kind: 'mean', output: 'z' }, [[[1]]]), refused)
    assert.throws(
      () => answer({ kind: 'histogram', output: 'y', element: 3, edges: [0, 1] }, [[[1]]]),
      refused,
    )
  })

  it('never leaves a count below the least, nor so little out that it can be told', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(30), { maxLength: 12 }),
        fc.integer({ min: 2, max: 12 }),
        (counts, least) => {
          const kept = suppressSmall(counts, least)
          const sum = (all: readonly number[]) => all.reduce((total, count) => total + count, 0)
          assert.ok(kept.every((count, at) => count === 0 || (count >= least && count === counts[at])))
          const leftOut = sum(counts) - sum(kept)
          assert.ok(leftOut === 0 || leftOut >= least || sum(kept) === 0)
        },
      ),
    )
  })
})
