import type { CabinetFormat } from './cabinetRecord.ts'
import { csvCell } from './csvCell.ts'
import { CabinetFileInvalidError, CabinetTooLargeError } from './errors.ts'
import { cabinetLimits } from './limits.ts'
import type { NamedBytes, RawRows } from './rawRows.ts'
import { readCsv } from './readCsv.ts'
import { readParquet } from './readParquet.ts'
import type { Table } from './table.ts'
import { toTable } from './toTable.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

function textOf({ path, bytes }: NamedBytes): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new CabinetFileInvalidError(path, 'it is not text in UTF-8', cause)
  }
}

function readCsvFile(file: NamedBytes): RawRows {
  const [columns, ...rows] = readCsv(file.path, textOf(file))
  if (columns === undefined) throw new CabinetFileInvalidError(file.path, 'it has no line with names')
  const uneven = rows.findIndex((row) => row.length !== columns.length)
  if (uneven >= 0) {
    const found = `row ${uneven + 1} has ${rows[uneven]?.length} cells, the names are ${columns.length}`
    throw new CabinetFileInvalidError(file.path, found)
  }
  return { columns, rows: rows.map((row) => row.map(csvCell)) }
}

function readJsonlFile(file: NamedBytes): RawRows {
  const columns = new Map<string, number>()
  const objects = textOf(file)
    .split('\n')
    .flatMap((line, at) => (line.trim() === '' ? [] : [parseLine(file.path, line, at)]))
  for (const object of objects) {
    for (const key of Object.keys(object)) if (!columns.has(key)) columns.set(key, columns.size)
  }
  const names = [...columns.keys()]
  const cellOf = (object: Record<string, unknown>, name: string) =>
    Object.hasOwn(object, name) ? object[name] : null
  return { columns: names, rows: objects.map((object) => names.map((name) => cellOf(object, name))) }
}

function parseLine(path: string, line: string, at: number): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new CabinetFileInvalidError(path, `line ${at + 1} is not JSON`, cause)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new CabinetFileInvalidError(path, `line ${at + 1} is not a JSON object`)
}

const readers = {
  csv: async (file: NamedBytes) => readCsvFile(file),
  jsonl: async (file: NamedBytes) => readJsonlFile(file),
  parquet: readParquet,
} as const

/** Reads files of rows into one table; all files must have the same columns. */
export async function readTable(
  format: Exclude<CabinetFormat, 'pictures'>,
  files: AsyncIterable<NamedBytes> | Iterable<NamedBytes>,
): Promise<Table> {
  let columns: readonly string[] | undefined
  const rows: (readonly unknown[])[] = []
  for await (const file of files) {
    const raw = await readers[format](file)
    columns ??= assertColumns(file.path, raw.columns)
    for (const row of ordered(file.path, raw, columns)) rows.push(row)
    if (rows.length > cabinetLimits.rows) throw new CabinetTooLargeError('rows', cabinetLimits.rows)
  }
  return toTable(columns ?? [], rows)
}

function assertColumns(path: string, columns: readonly string[]): readonly string[] {
  if (columns.length > cabinetLimits.columns) throw new CabinetTooLargeError('columns', cabinetLimits.columns)
  if (columns.some((name) => name === '')) throw new CabinetFileInvalidError(path, 'a column has no name')
  if (new Set(columns).size === columns.length) return columns
  throw new CabinetFileInvalidError(path, 'a column is there twice')
}

function ordered(path: string, { columns, rows }: RawRows, wanted: readonly string[]): RawRows['rows'] {
  const places = wanted.map((name) => columns.indexOf(name))
  if (columns.length !== wanted.length || places.includes(-1)) {
    throw new CabinetFileInvalidError(
      path,
      `its columns are not those of the other files (${wanted.join(', ')})`,
    )
  }
  return places.every((place, at) => place === at)
    ? rows
    : rows.map((row) => places.map((place) => row[place]))
}
