import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { schema } from './cabinetPolicy.ts'
import { selectCells } from './selectCells.ts'
import type { Table } from './table.ts'

const policy = schema.parse({
  clients: 'anybody',
  models: {
    [`0x${'01'.repeat(32)}`]: { inputs: { x: { columns: ['x'] } }, answers: { n: { kind: 'count' } } },
  },
  filters: { city: { values: ['a', 'b'] }, age: { edges: [0, 50, 100] } },
  minGroup: 2,
  budget: { periodSeconds: 3600, perClient: 1, total: 1 },
})

const table: Table = {
  columns: [
    { name: 'x', type: 'number' },
    { name: 'city', type: 'text' },
    { name: 'age', type: 'number' },
  ],
  rows: [
    [1, 'a', 10],
    [2, 'a', 49],
    [3, 'a', 50],
    [4, 'b', 99],
    [5, 'b', 70],
    [6, 'c', 20],
    [7, 'c', 30],
    [null, 'a', 60],
  ],
}

const chosen = (where?: Record<string, string[]>) =>
  selectCells(table, policy, where)
    .flatMap(({ rows }) => rows.map(([x]) => x))
    .sort()

describe('selectCells', () => {
  it('takes whole cells, and never one that is small, whatever the selection', () => {
    assert.deepEqual(chosen(), [1, 2, 4, 5, 6, 7])
    assert.deepEqual(chosen({ city: ['a'] }), [1, 2])
    assert.deepEqual(chosen({ city: ['a'], age: ['50..100'] }), [])
    assert.deepEqual(chosen({ city: ['other'] }), [6, 7])
  })

  it('leaves nothing small between two selections', () => {
    const buckets = { city: ['a', 'b', 'other'], age: ['0..50', '50..100', 'other'] }
    const subsets = <T>(all: T[]) =>
      Array.from({ length: 2 ** all.length - 1 }, (_, at) => all.filter((_, bit) => (at + 1) & (1 << bit)))
    const answers = subsets(buckets.city).flatMap((city) =>
      subsets(buckets.age).map((age) => new Set(chosen({ city, age }))),
    )
    for (const one of answers) {
      for (const other of answers) {
        const size = [...one].filter((row) => !other.has(row)).length
        assert.ok(size === 0 || size >= policy.minGroup, `${[...one]} without ${[...other]}`)
      }
    }
  })
})
