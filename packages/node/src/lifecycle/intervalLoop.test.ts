import assert from 'node:assert/strict'
import { test } from 'node:test'
import { intervalLoop } from './intervalLoop.ts'

type Clock = { time: number; waits: number[] }

const fakeWait = (clock: Clock) => async (ms: number) => {
  clock.waits.push(ms)
  clock.time += ms
}

test('a slow tick misses beats instead of queueing them', async () => {
  const clock: Clock = { time: 0, waits: [] }
  const controller = new AbortController()
  const durations = [30, 250, 10]
  const starts: number[] = []
  const loop = intervalLoop({
    intervalMs: 100,
    tick: async () => {
      starts.push(clock.time)
      clock.time += durations.shift() ?? 0
      if (durations.length === 0) controller.abort()
    },
    onError: (error) => assert.fail(String(error)),
    signal: controller.signal,
    now: () => clock.time,
    wait: fakeWait(clock),
  })
  await loop.done
  assert.deepEqual(starts, [0, 100, 400])
})

test('an error is reported and the loop goes on', async () => {
  const clock: Clock = { time: 0, waits: [] }
  const controller = new AbortController()
  const errors: unknown[] = []
  let ticks = 0
  await intervalLoop({
    intervalMs: 10,
    tick: async () => {
      ticks++
      if (ticks === 1) throw new RangeError('first')
      controller.abort()
    },
    onError: (error) => errors.push(error),
    signal: controller.signal,
    now: () => clock.time,
    wait: fakeWait(clock),
  }).done
  assert.equal(ticks, 2)
  assert.equal(errors.length, 1)
})

test('an abort during a tick ends the loop without an error', async () => {
  const controller = new AbortController()
  await intervalLoop({
    intervalMs: 10,
    tick: async (signal) => {
      controller.abort()
      signal.throwIfAborted()
    },
    onError: (error) => assert.fail(String(error)),
    signal: controller.signal,
  }).done
})

test('an abort during the wait ends the loop', async () => {
  const controller = new AbortController()
  const ticked = Promise.withResolvers<void>()
  const loop = intervalLoop({
    intervalMs: 1_000_000,
    tick: async () => ticked.resolve(),
    onError: (error) => assert.fail(String(error)),
    signal: controller.signal,
  })
  await ticked.promise
  controller.abort()
  await loop.done
})

test('wake ticks at once', async () => {
  const controller = new AbortController()
  const first = Promise.withResolvers<void>()
  let ticks = 0
  const loop = intervalLoop({
    intervalMs: 1_000_000,
    tick: async () => {
      ticks++
      first.resolve()
      if (ticks === 2) controller.abort()
    },
    onError: (error) => assert.fail(String(error)),
    signal: controller.signal,
  })
  await first.promise
  loop.wake()
  await loop.done
  assert.equal(ticks, 2)
})
