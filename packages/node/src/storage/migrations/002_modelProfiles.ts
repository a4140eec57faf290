import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What models were measured to need on this machine. */
export const modelProfiles: Migration = {
  async up(db: Kysely<unknown>) {
    await sql
      .raw(
        `create table modelProfiles (
           modelKey text not null, executionProvider text not null, options text not null,
           loadMs real not null, memoryBytes integer not null, runMs real not null, twoThreadsMs real,
           batchJson text, measuredAtMs integer not null,
           primary key (modelKey, executionProvider, options)) strict, without rowid`,
      )
      .execute(db)
  },
}
