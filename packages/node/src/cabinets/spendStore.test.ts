import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Hex } from 'viem'
import { openStorage } from '../storage/open.ts'
import { countSpends } from './countSpends.ts'
import { createSpendStore } from './spendStore.ts'

const budget = { periodSeconds: 100, perClient: 2, total: 3 }
const job = (id: number): Hex => `0x${String(id).padStart(64, '0')}`
const spend = (id: number, client = 'a', now = 1000) => ({
  cabinet: 'c',
  jobId: job(id),
  client,
  budget,
  now,
})
const spent = { code: 'CABINET_BUDGET_SPENT' }

describe('the budget of a cabinet', () => {
  it('is spent once for a job, by client and in total, and comes back with time', async () => {
    const { db, close } = await openStorage({ path: ':memory:' })
    const store = createSpendStore(db)
    assert.equal(await store.spend(spend(1)), 'spent')
    assert.equal(await store.spend(spend(1)), 'already')
    assert.equal(await store.spend(spend(2)), 'spent')
    await assert.rejects(store.spend(spend(3)), spent)
    await assert.rejects(store.assertAffordable(spend(3)), spent)
    await store.assertAffordable(spend(2))
    assert.equal(await store.spend(spend(4, 'b')), 'spent')
    await assert.rejects(store.spend(spend(5, 'b')), spent)
    assert.equal(await store.spend({ ...spend(6, 'b'), cabinet: 'd' }), 'spent')
    assert.equal(await store.spend(spend(7, 'a', 1100)), 'spent')
    await close()
  })

  it('is not exceeded by jobs at the same moment, and survives a restart', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'dim-spends-'))
    const path = join(dir, 'node.db')
    const first = await openStorage({ path })
    const store = createSpendStore(first.db)
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((id) => store.spend(spend(id))))
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 2)
    await first.close()
    const second = await openStorage({ path })
    await assert.rejects(createSpendStore(second.db).spend(spend(9)), spent)
    assert.equal(countSpends(path, 'c'), 2)
    assert.equal(countSpends(path, 'd'), 0)
    await second.close()
    assert.equal(countSpends(path, 'c'), 2)
    assert.equal(countSpends(join(dir, 'none.db'), 'c'), 0)
    await rm(dir, { recursive: true })
  })
})
