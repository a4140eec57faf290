import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundedQueue } from './boundedQueue.ts'

const gate = () => Promise.withResolvers<void>()

test('works in order, never more than concurrency at once', async () => {
  const gates = [gate(), gate(), gate()]
  const started: number[] = []
  const queue = boundedQueue<number>({
    limit: 2,
    concurrency: 1,
    work: async (index) => {
      started.push(index)
      await gates[index]?.promise
    },
    onError: (error) => assert.fail(String(error)),
    signal: new AbortController().signal,
  })
  assert.deepEqual([queue.push(0), queue.push(1), queue.push(2)], [true, true, true])
  assert.deepEqual([queue.running, queue.size, queue.room], [1, 2, 0])
  assert.equal(queue.push(3), false, 'full')
  assert.deepEqual(started, [0])
  for (const { resolve } of gates) resolve()
  await queue.idle()
  assert.deepEqual(started, [0, 1, 2])
  assert.equal(queue.room, 3)
})

test('a throwing item is reported and the next one runs', async () => {
  const errors: unknown[] = []
  const done: number[] = []
  const queue = boundedQueue<number>({
    limit: 5,
    concurrency: 1,
    work: async (index) => {
      if (index === 1) throw new RangeError('one')
      done.push(index)
    },
    onError: (_error, item) => errors.push(item),
    signal: new AbortController().signal,
  })
  for (const index of [0, 1, 2]) queue.push(index)
  await queue.idle()
  assert.deepEqual(done, [0, 2])
  assert.deepEqual(errors, [1])
})

test('abort drops what waits, lets what runs end and refuses more', async () => {
  const controller = new AbortController()
  const running = gate()
  const done: number[] = []
  const queue = boundedQueue<number>({
    limit: 5,
    concurrency: 1,
    work: async (index) => {
      await running.promise
      done.push(index)
    },
    onError: (error) => assert.fail(String(error)),
    signal: controller.signal,
  })
  queue.push(0)
  queue.push(1)
  controller.abort()
  assert.equal(queue.push(2), false)
  running.resolve()
  await queue.idle()
  assert.deepEqual(done, [0])
})
