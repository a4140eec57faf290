import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { shutdownStack } from './shutdownStack.ts'

test('aborts first, then closes in reverse order', async () => {
  const stack = shutdownStack({ deadlineMs: 1_000 })
  const order: string[] = []
  stack.signal.addEventListener('abort', () => order.push('abort'))
  assert.equal(
    stack.defer('storage', (name) => order.push(name)),
    'storage',
  )
  stack.defer('server', async (name) => {
    await Promise.resolve()
    order.push(name)
  })
  assert.deepEqual(await stack.run(), { failures: [], timedOut: [] })
  assert.deepEqual(order, ['abort', 'server', 'storage'])
})

test('a second run is the first one', async () => {
  const stack = shutdownStack({ deadlineMs: 1_000 })
  let closes = 0
  stack.defer(undefined, () => closes++)
  await Promise.all([stack.run(), stack.run()])
  assert.equal(closes, 1)
})

test('a failing closer is reported and does not stop the others', async () => {
  const stack = shutdownStack({ deadlineMs: 1_000 })
  let closed = false
  const failure = new RangeError('disk')
  stack.defer(undefined, () => {
    closed = true
  })
  stack.defer(undefined, () => Promise.reject(failure), 'server')
  const report = await stack.run()
  assert.equal(closed, true)
  assert.deepEqual(report.failures, [{ name: 'server', error: failure }])
})

test('a hanging closer is named after the deadline and the rest is still called', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const stack = shutdownStack({ deadlineMs: 5_000 })
    let closed = false
    stack.defer(undefined, () => {
      closed = true
    })
    stack.defer(undefined, () => new Promise(() => undefined), 'worker pool')
    const running = stack.run()
    mock.timers.tick(5_000)
    const report = await running
    assert.deepEqual(report.timedOut, ['worker pool'])
    assert.equal(closed, true)
  } finally {
    mock.timers.reset()
  }
})
