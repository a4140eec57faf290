import type { Kysely } from 'kysely'
import type { Database } from './database.ts'

export type Storage = {
  /** One connection: inside `db.transaction()` use the transaction only, `db` itself would wait for ever. */
  db: Kysely<Database>
  close(): Promise<void>
}
