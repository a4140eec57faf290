import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sharedOrAlone } from './sharedOrAlone.ts'

test('shared work runs together; work alone waits for it and keeps what comes later waiting', async () => {
  const gate = sharedOrAlone()
  const events: string[] = []
  const [a, b, c] = [0, 1, 2].map(() => Promise.withResolvers<void>())
  const run = (name: string, until: Promise<void> | undefined) => async () => {
    events.push(`${name} starts`)
    await until
    events.push(`${name} ends`)
  }
  const first = gate.shared(run('a', a?.promise))
  const second = gate.shared(run('b', b?.promise))
  const alone = gate.alone(run('alone', c?.promise))
  const later = gate.shared(run('later', undefined))
  await Promise.resolve().then(() => {})
  assert.deepEqual(events, ['a starts', 'b starts'])
  b?.resolve()
  await second
  a?.resolve()
  await first
  c?.resolve()
  await Promise.all([alone, later])
  assert.deepEqual(events.slice(-4), ['alone starts', 'alone ends', 'later starts', 'later ends'])
})

test('work that fails lets the next run', async () => {
  const gate = sharedOrAlone()
  const fail = () => Promise.reject(new RangeError('no'))
  await assert.rejects(gate.shared(fail), RangeError)
  await assert.rejects(gate.alone(fail), RangeError)
  assert.equal(await gate.shared(async () => 1), 1)
})
