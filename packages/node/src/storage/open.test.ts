import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath, pid } from 'node:process'
import { after, before, describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { sql } from 'kysely'
import { openStorage } from './open.ts'

const times = { createdAtMs: 0, updatedAtMs: 0 }
const job = { modelKey: '0x', client: '0x', paramsJson: '{}', inputRef: '0x', openedAt: 0, ...times }

describe('openStorage', () => {
  let root: string
  let count = 0
  const freshPath = () => join(root, `node${count++}`, 'node.db')
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'dim-storage-'))
  })
  after(() => rm(root, { recursive: true }))

  it('makes all tables at once and keeps their rows over a restart', async () => {
    const path = freshPath()
    const first = await openStorage({ path })
    await first.db.insertInto('meta').values({ key: 'a', value: 'b' }).execute()
    await first.close()
    const second = await openStorage({ path })
    assert.deepEqual(await second.db.selectFrom('meta').selectAll().execute(), [{ key: 'a', value: 'b' }])
    await second.close()
  })

  it('commits to the disk before it answers', async () => {
    const storage = await openStorage({ path: freshPath() })
    const read = async (name: string) =>
      Object.values((await sql.raw(`pragma ${name}`).execute(storage.db)).rows[0] as object)[0]
    assert.equal(await read('journal_mode'), 'wal')
    assert.equal(await read('synchronous'), 2)
    assert.equal(await read('foreign_keys'), 1)
    assert.equal(await read('busy_timeout'), 5000)
    await storage.close()
  })

  it('keeps two intents from one nonce', async () => {
    const { db, close } = await openStorage({ path: ':memory:' })
    const add = (intent: string, sender: string) =>
      db
        .insertInto('txIntents')
        .values({
          intent,
          sender,
          nonce: 7,
          chainId: 1,
          to: '0xb',
          data: '0x',
          valueWei: '0',
          state: 'recorded',
          ...times,
        })
        .execute()
    await add('a', '0x1')
    await add('b', '0x2')
    await assert.rejects(add('c', '0x1'), /UNIQUE/)
    await assert.rejects(add('a', '0x3'), /UNIQUE/)
    await close()
  })

  it('keeps two jobs from one quote and refuses a state that is none', async () => {
    const { db, close } = await openStorage({ path: ':memory:' })
    const add = (jobId: string, quoteNonce: string, state: 'received' | 'running' = 'received') =>
      db
        .insertInto('providerJobs')
        .values({ ...job, jobId, quoteNonce, state })
        .execute()
    await add('0x1', '0x9')
    await assert.rejects(add('0x1', '0x8'), /UNIQUE/)
    await assert.rejects(add('0x2', '0x9'), /UNIQUE/)
    await assert.rejects(add('0x3', '0x7', 'lost' as 'running'), /CHECK/)
    await close()
  })

  it('takes its directory alone and names the process that has it', async () => {
    const path = freshPath()
    const first = await openStorage({ path })
    await assert.rejects(openStorage({ path }), {
      code: 'DATA_DIR_IN_USE',
      message: new RegExp(`process ${pid} `),
    })
    await assert.rejects(openStorage({ path: join(path, '../other.db') }), { code: 'DATA_DIR_IN_USE' })
    await first.close()
    await (await openStorage({ path })).close()
  })

  it('gets the directory of a killed process, whatever it left', async () => {
    const path = freshPath()
    const source = new URL('./open.ts', import.meta.url)
    const script = `const { openStorage } = await import(${JSON.stringify(source.href)})
      await openStorage({ path: ${JSON.stringify(path)} })
      console.log('open')
      setInterval(() => {}, 1000)`
    const child = spawn(execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    await assert.rejects(openStorage({ path }), {
      code: 'DATA_DIR_IN_USE',
      message: new RegExp(`process ${child.pid} `),
    })
    child.kill('SIGKILL')
    await once(child, 'exit')
    await (await openStorage({ path })).close()
  })

  it('says that a file is no database, or is one of a newer version', async () => {
    const garbage = freshPath()
    await (await openStorage({ path: garbage })).close()
    await writeFile(garbage, 'this is no database, it is a line of text that somebody put here')
    await assert.rejects(openStorage({ path: garbage }), { code: 'STORAGE_FAILED' })
    const newer = freshPath()
    await (await openStorage({ path: newer })).close()
    const database = new SqliteDatabase(newer)
    database.exec(`insert into kysely_migration values ('999_future', '2099-01-01')`)
    database.close()
    await assert.rejects(openStorage({ path: newer }), { code: 'STORAGE_FAILED' })
    await assert.rejects(openStorage({ path: newer }), { code: 'STORAGE_FAILED' })
  })
})
