import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKeyedLock } from './keyedLock.ts'

test('tasks of one key take turns, in order, also after a failure', async () => {
  const lock = createKeyedLock()
  const log: string[] = []
  const first = Promise.withResolvers<void>()
  const one = lock('a', async () => {
    log.push('one starts')
    await first.promise
    log.push('one ends')
  })
  const two = lock('a', async () => {
    log.push('two')
    throw new RangeError('two')
  })
  const three = lock('a', async () => log.push('three'))
  const other = lock('b', async () => log.push('other'))
  await other
  assert.deepEqual(log, ['one starts', 'other'])
  first.resolve()
  await assert.rejects(two, RangeError)
  await Promise.all([one, three])
  assert.deepEqual(log, ['one starts', 'other', 'one ends', 'two', 'three'])
})
