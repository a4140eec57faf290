import type { CabinetRecord } from './cabinetRecord.ts'
import { pictureTable } from './pictureTable.ts'
import type { NamedBytes } from './rawRows.ts'
import { readCabinetFile } from './readCabinetFile.ts'
import { readTable } from './readTable.ts'
import type { Table } from './table.ts'

/** Reads all rows of a cabinet; every byte is one that was registered, or it is `CABINET_CHANGED`. */
export function loadTable(record: CabinetRecord): Promise<Table> {
  const { format, files } = record
  async function* contents(): AsyncGenerator<NamedBytes> {
    for (const file of files) yield { path: file.path, bytes: await readCabinetFile(record, file) }
  }
  return format === 'pictures' ? pictureTable(contents()) : readTable(format, contents())
}
