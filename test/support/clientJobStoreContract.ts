import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ClientJob, ClientJobStore } from '@dim/sdk'
import type { Hex } from 'viem'
import { clientJob } from './clientJob.ts'

/** A fresh, empty store and what removes it. */
export type StoreUnderTest = { store: ClientJobStore; dispose?: () => Promise<void> }

const id = (byte: string): Hex => `0x${byte.repeat(32)}`

/** What every implementation of `ClientJobStore` promises. */
export function testClientJobStore(name: string, create: () => Promise<StoreUnderTest>): void {
  const promise = (title: string, check: (store: ClientJobStore) => Promise<void>) =>
    it(title, async () => {
      const { store, dispose } = await create()
      try {
        await check(store)
      } finally {
        await dispose?.()
      }
    })

  describe(`${name} as a store of a client's jobs`, () => {
    promise('gives back what was put, bytes and bigints included', async (store) => {
      const job = await clientJob({ jobId: id('01') })
      await store.put(job)
      assert.deepEqual(await store.get(job.jobId), job)
    })

    promise('knows nothing of an id that was never put', async (store) => {
      assert.equal(await store.get(id('02')), undefined)
      assert.deepEqual(await store.list(), [])
    })

    promise('takes the same record again', async (store) => {
      const job = await clientJob({ jobId: id('03') })
      await store.put(job)
      await store.put(job)
      assert.equal((await store.list()).length, 1)
    })

    promise('refuses another record under the same id', async (store) => {
      const job = await clientJob({ jobId: id('04') })
      await store.put(job)
      await assert.rejects(store.put({ ...job, salt: id('ff') }), { code: 'JOB_CONFLICT' })
      assert.equal((await store.get(job.jobId))?.salt, job.salt)
    })

    promise('lists the oldest first', async (store) => {
      for (const [byte, createdAtMs] of [
        ['05', 3],
        ['06', 1],
        ['07', 2],
      ] as const) {
        await store.put(await clientJob({ jobId: id(byte), createdAtMs }))
      }
      assert.deepEqual(
        (await store.list()).map(({ jobId }) => jobId),
        [id('06'), id('07'), id('05')],
      )
    })

    promise('changes a job and answers the changed one', async (store) => {
      const job = await clientJob({ jobId: id('08') })
      await store.put(job)
      const changed = await store.update(job.jobId, (stored) => ({ ...stored, stage: 'opened' }))
      assert.equal(changed.stage, 'opened')
      assert.deepEqual(await store.get(job.jobId), changed)
    })

    promise('does not change a job that it does not have', async (store) => {
      await assert.rejects(
        store.update(id('09'), (job) => job),
        { code: 'JOB_UNKNOWN' },
      )
    })

    promise('loses no change of two at the same time', async (store) => {
      const job = await clientJob({ jobId: id('0a'), inputBlocks: [] })
      await store.put(job)
      const add = (byte: number) => (stored: ClientJob) => ({
        ...stored,
        inputBlocks: [...stored.inputBlocks, new Uint8Array([byte])],
      })
      await Promise.all([1, 2, 3, 4].map((byte) => store.update(job.jobId, add(byte))))
      const stored = await store.get(job.jobId)
      assert.deepEqual(stored?.inputBlocks.map(([byte]) => byte).toSorted(), [1, 2, 3, 4])
    })

    promise('gives copies: changing an answer changes nothing', async (store) => {
      const job = await clientJob({ jobId: id('0b') })
      await store.put(job)
      const answer = await store.get(job.jobId)
      answer?.replyPrivateKey.fill(0)
      assert.deepEqual((await store.get(job.jobId))?.replyPrivateKey, job.replyPrivateKey)
    })
  })
}
