import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Answers that cabinets gave, one for a job; they outlive the cabinet, so that adding it again renews no budget. */
export const cabinetSpends: Migration = {
  async up(db: Kysely<unknown>) {
    await sql
      .raw(
        `create table cabinetSpends (
           jobId text primary key not null, cabinet text not null, client text not null, spentAt integer not null
         ) strict, without rowid`,
      )
      .execute(db)
    await sql.raw('create index cabinetSpendsByTime on cabinetSpends (cabinet, spentAt)').execute(db)
  },
}
