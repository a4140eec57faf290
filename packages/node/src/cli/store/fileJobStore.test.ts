import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { clientJob } from '../../../../../test/support/clientJob.ts'
import { testClientJobStore } from '../../../../../test/support/clientJobStoreContract.ts'
import { createFileJobStore } from './fileJobStore.ts'

const password = async () => 'correct horse battery'

testClientJobStore('the file store', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'dim-jobs-'))
  return { store: createFileJobStore({ dir, password }), dispose: () => rm(dir, { recursive: true }) }
})

describe('the file store', () => {
  let dir = ''
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-jobs-'))
  })
  after(() => rm(dir, { recursive: true }))

  it('keeps a job for the next process, encrypted and readable by its owner only', async () => {
    const job = await clientJob({ jobId: `0x${'11'.repeat(32)}` })
    await createFileJobStore({ dir, password }).put(job)
    assert.deepEqual(await createFileJobStore({ dir, password }).get(job.jobId), job)
    for (const name of await readdir(dir)) {
      const path = join(dir, name)
      assert.equal((await stat(path)).mode & 0o777, 0o600, name)
      const text = await readFile(path, 'latin1')
      assert.equal(text.includes(Buffer.from(job.replyPrivateKey).toString('base64')), false)
      assert.equal(text.includes(job.params.client), false)
    }
  })

  it('opens with no other password', async () => {
    const other = createFileJobStore({ dir, password: async () => 'another password' })
    await assert.rejects(other.get(`0x${'11'.repeat(32)}`), { code: 'WALLET_JOBS_UNREADABLE' })
  })

  it('detects a job that was changed on disk, or put under the name of another', async () => {
    const path = join(dir, `0x${'11'.repeat(32)}.job`)
    const sealed = Buffer.from(await readFile(path, 'utf8'), 'base64')
    const alias = `0x${'22'.repeat(32)}` as const
    await writeFile(join(dir, `${alias}.job`), sealed.toString('base64'))
    await assert.rejects(createFileJobStore({ dir, password }).get(alias), { code: 'JOB_FILE_UNREADABLE' })
    sealed[20] = (sealed[20] ?? 0) ^ 1
    await writeFile(path, sealed.toString('base64'))
    await assert.rejects(createFileJobStore({ dir, password }).get(`0x${'11'.repeat(32)}`), {
      code: 'JOB_FILE_UNREADABLE',
    })
  })

  it('lets two processes change one job in turn', async () => {
    const own = await mkdtemp(join(tmpdir(), 'dim-jobs-'))
    try {
      const job = await clientJob({ jobId: `0x${'33'.repeat(32)}` })
      const stores = [createFileJobStore({ dir: own, password }), createFileJobStore({ dir: own, password })]
      await stores[0]?.put(job)
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          stores[index % 2]?.update(job.jobId, (known) => ({ ...known, createdAtMs: known.createdAtMs + 1 })),
        ),
      )
      assert.equal((await stores[1]?.get(job.jobId))?.createdAtMs, job.createdAtMs + 10)
    } finally {
      await rm(own, { recursive: true })
    }
  })
})
