import type { CabinetRecord } from './cabinetRecord.ts'
import { loadTable } from './loadTable.ts'
import { type ScanOptions, scanFiles } from './scanFiles.ts'

export type InspectOptions = ScanOptions & { name: string; description: string; nowMs: number }

/** Describes data at a path as a cabinet: files with their hashes, columns with their types, rows. Nothing is copied. */
export async function inspectCabinet(path: string, options: InspectOptions): Promise<CabinetRecord> {
  const { name, description, nowMs } = options
  const scanned = await scanFiles(path, options)
  const files = [...scanned.files]
  const addedAt = new Date(nowMs).toISOString()
  const empty = {
    dim: 'cabinet/1',
    name,
    description,
    ...scanned,
    files,
    columns: [],
    rows: 0,
    addedAt,
  } as const
  const { columns, rows } = await loadTable({ ...empty, columns: [] })
  return { ...empty, columns: [...columns], rows: rows.length }
}
