import { existsSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'

/** Answers that a cabinet ever gave; only read, so that the node may run meanwhile. */
export function countSpends(database: string, cabinet: string): number {
  if (!existsSync(database)) return 0
  const db = new SqliteDatabase(database, { readonly: true })
  try {
    const known = db.prepare("select 1 from sqlite_master where name = 'cabinetSpends'").get()
    if (known === undefined) return 0
    const row = db.prepare('select count(*) as count from cabinetSpends where cabinet = ?').get(cabinet)
    return (row as { count: number }).count
  } finally {
    db.close()
  }
}
