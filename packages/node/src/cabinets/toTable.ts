import { CsvCell } from './csvCell.ts'
import type { Cell, Column, ColumnType, Table } from './table.ts'

/** Gives each column the one type of all its cells, or text, and writes the cells in it. */
export function toTable(names: readonly string[], rows: readonly (readonly unknown[])[]): Table {
  const columns: Column[] = names.map((name, at) => ({ name, type: typeOf(rows, at) }))
  return {
    columns,
    rows: rows.map((row) => row.map((cell, at) => toCell(cell, columns[at]?.type ?? 'text'))),
  }
}

function typeOf(rows: readonly (readonly unknown[])[], at: number): ColumnType {
  const kinds = new Set<ColumnType>()
  for (const row of rows) {
    const kind = kindOf(row[at])
    if (kind !== undefined) kinds.add(kind)
  }
  const [only] = kinds
  return kinds.size === 1 && only !== undefined ? only : 'text'
}

const isNumeric = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint'

function kindOf(cell: unknown): ColumnType | undefined {
  if (cell === null || cell === undefined) return undefined
  if (isNumeric(cell) || (cell instanceof CsvCell && cell.kind === 'number')) return 'number'
  if (typeof cell === 'boolean' || (cell instanceof CsvCell && cell.kind === 'boolean')) return 'boolean'
  return isNumbers(cell) ? 'numbers' : 'text'
}

const isNumbers = (cell: unknown): cell is ArrayLike<number | bigint> =>
  (Array.isArray(cell) && cell.every(isNumeric)) || (ArrayBuffer.isView(cell) && !(cell instanceof DataView))

function toCell(cell: unknown, type: ColumnType): Cell {
  if (cell === null || cell === undefined) return null
  const value = cell instanceof CsvCell ? cell.text : cell
  if (type === 'number') return finite(Number(value))
  if (type === 'boolean') return value === true || value === 'true'
  if (type === 'numbers') return finiteList(Array.from(value as ArrayLike<number | bigint>, Number))
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value, plainBigint) : String(value)
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

const finiteList = (values: number[]): number[] | null => (values.every(Number.isFinite) ? values : null)

const plainBigint = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)
