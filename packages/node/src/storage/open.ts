import { dirname } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Database } from './database.ts'
import { lockDirectory } from './lockDirectory.ts'
import { migrations } from './migrations/all.ts'
import type { Storage } from './storage.ts'
import { StorageFailedError } from './storageFailed.ts'

const IN_MEMORY = ':memory:'

function connect(path: string): SqliteDatabase.Database {
  const database = new SqliteDatabase(path)
  database.pragma('journal_mode = wal')
  // Money is recorded here: a commit must survive a power cut, not only a crash of the process.
  database.pragma('synchronous = full')
  database.pragma('busy_timeout = 5000')
  database.pragma('foreign_keys = on')
  return database
}

async function migrate(db: Kysely<Database>): Promise<void> {
  const provider = { getMigrations: async () => ({ ...migrations }) }
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error !== undefined) throw error
}

/**
 * Opens the database and brings it up to date. A path on disk takes the directory around it for this process:
 * a second one gets `DATA_DIR_IN_USE`.
 */
export async function openStorage({ path }: { path: string }): Promise<Storage> {
  const lock = path === IN_MEMORY ? undefined : await lockDirectory(dirname(path))
  let db: Kysely<Database> | undefined
  try {
    db = new Kysely<Database>({ dialect: new SqliteDialect({ database: connect(path) }) })
    await migrate(db)
  } catch (cause) {
    await db?.destroy()
    lock?.release()
    throw new StorageFailedError(path, cause)
  }
  const opened = db
  return {
    db: opened,
    async close() {
      await opened.destroy()
      lock?.release()
    },
  }
}
