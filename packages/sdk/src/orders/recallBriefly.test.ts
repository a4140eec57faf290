import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ChainUnreachableError } from '../errors/chainUnreachable.ts'
import { recallBriefly } from './recallBriefly.ts'

describe('recallBriefly', () => {
  it('asks again when the answer is old, and once for who asks at the same time', async () => {
    let [time, asked] = [0, 0]
    const recall = recallBriefly({ maxAgeMs: 100, now: () => time })
    const read = async () => ++asked
    assert.deepEqual(await Promise.all([recall('a', read), recall('a', read), recall('b', read)]), [1, 1, 2])
    time = 99
    assert.equal(await recall('a', read), 1)
    time = 100
    assert.equal(await recall('a', read), 3)
  })
  it('forgets a failure', async () => {
    const recall = recallBriefly({ maxAgeMs: 100, now: () => 0 })
    const fail = async (): Promise<number> => {
      throw new ChainUnreachableError('Reading', new AggregateError([]))
    }
    await assert.rejects(recall('a', fail), { code: 'CHAIN_UNREACHABLE' })
    assert.equal(await recall('a', async () => 1), 1)
  })
})
