import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createPriorityQueue, type Priority } from './priorityQueue.ts'

const patience = { high: 0, normal: 100, low: 1000 }

function filled(entries: readonly [string, Priority, number][]) {
  const queue = createPriorityQueue<string>(patience)
  for (const [item, priority, nowMs] of entries) queue.push(item, { priority, nowMs, estimatedMs: 10 })
  return queue
}

describe('priority queue', () => {
  it('serves high before normal before low, and equals in the order of their coming', () => {
    const queue = filled([
      ['l', 'low', 0],
      ['n1', 'normal', 1],
      ['h1', 'high', 2],
      ['n2', 'normal', 3],
      ['h2', 'high', 4],
    ])
    assert.deepEqual([...queue.ordered()], ['h1', 'h2', 'n1', 'n2', 'l'])
  })

  it('serves what has waited longer than its patience before what is urgent', () => {
    const queue = filled([
      ['l', 'low', 0],
      ['h1', 'high', 999],
      ['h2', 'high', 1001],
    ])
    assert.deepEqual([...queue.ordered()], ['h1', 'l', 'h2'])
    assert.equal(queue.first(), 'h1')
    queue.remove('h1')
    assert.equal(queue.first(), 'l')
  })

  it('forgets what is removed, once', () => {
    const queue = filled([
      ['a', 'low', 0],
      ['b', 'low', 1],
    ])
    assert.equal(queue.remove('a'), true)
    assert.equal(queue.remove('a'), false)
    assert.deepEqual([...queue.ordered()], ['b'])
    assert.equal(queue.size, 1)
    assert.equal(queue.totalMs, 10)
  })

  it('counts as ahead what would be served before a newcomer', () => {
    const queue = filled([
      ['old', 'low', 0],
      ['young', 'low', 500],
      ['n', 'normal', 900],
      ['h', 'high', 1100],
    ])
    assert.equal(queue.aheadMs('high', 990), 10)
    assert.equal(queue.aheadMs('high', 1200), 30)
    assert.equal(queue.aheadMs('normal', 1200), 30)
    assert.equal(queue.aheadMs('low', 1200), 40)
  })
})
