import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSharedTasks } from './sharedTasks.ts'

/** A task that ends when it is told to, or fails when it is cancelled. */
function controlled() {
  const done = Promise.withResolvers<number>()
  let starts = 0
  const task = (signal: AbortSignal) => {
    starts += 1
    signal.addEventListener('abort', () => done.reject(signal.reason))
    return done.promise
  }
  return { task, finish: done.resolve, starts: () => starts }
}

describe('shared tasks', () => {
  it('run once for all callers of a key', async () => {
    const tasks = createSharedTasks<number>()
    const { task, finish, starts } = controlled()
    const calls = [tasks.run('a', task), tasks.run('a', task)]
    assert.ok(tasks.isRunning('a'))
    finish(7)
    assert.deepEqual(await Promise.all(calls), [7, 7])
    assert.equal(starts(), 1)
    assert.ok(!tasks.isRunning('a'))
  })

  it('go on while one caller is left, and are cancelled by the last', async () => {
    const tasks = createSharedTasks<number>()
    const { task } = controlled()
    const [first, second] = [new AbortController(), new AbortController()]
    const calls = [tasks.run('a', task, first.signal), tasks.run('a', task, second.signal)]
    first.abort()
    await assert.rejects(calls[0] as Promise<number>, { name: 'AbortError' })
    assert.ok(tasks.isRunning('a'))
    second.abort()
    await assert.rejects(calls[1] as Promise<number>, { name: 'AbortError' })
    await tasks.cancelAll()
    assert.ok(!tasks.isRunning('a'))
  })

  it('start anew after a failure', async () => {
    const tasks = createSharedTasks<number>()
    const failing = async () => Promise.reject(new RangeError('once'))
    await assert.rejects(tasks.run('a', failing), RangeError)
    assert.equal(await tasks.run('a', async () => 3), 3)
  })

  it('are all cancelled at the end', async () => {
    const tasks = createSharedTasks<number>()
    const calls = [tasks.run('a', controlled().task), tasks.run('b', controlled().task)]
    const failed = Promise.all(calls.map((call) => assert.rejects(call, { name: 'AbortError' })))
    await tasks.cancelAll()
    await failed
  })
})
