import type { CabinetQuery } from '@dim/sdk'
import { bucketOf } from './buckets.ts'
import type { CabinetPolicy } from './cabinetPolicy.ts'
import type { Cell, Table } from './table.ts'

type Row = readonly Cell[]

/** Rows that share the buckets of all filters: the smallest thing that an answer is made of. */
export type RowCell = { key: string; rows: readonly Row[] }

/** Columns that a policy uses anywhere: a row that lacks one of them takes part in nothing, whatever the job. */
export function usedColumns({ filters, models }: Pick<CabinetPolicy, 'filters' | 'models'>): Set<string> {
  const fed = Object.values(models).flatMap(({ inputs }) =>
    Object.values(inputs).flatMap((source) => ('columns' in source ? source.columns : [])),
  )
  return new Set([...Object.keys(filters), ...fed])
}

/**
 * The cells of a selection that are large enough. Cells depend on data and policy only, never on the job, and small ones are
 * left out of every answer: whatever answers are subtracted from one another, what remains is about whole cells.
 */
export function selectCells(
  table: Table,
  policy: CabinetPolicy,
  where: CabinetQuery.CabinetQuery['where'] = {},
): RowCell[] {
  const placeOf = (name: string) => table.columns.findIndex((column) => column.name === name)
  const needed = [...usedColumns(policy)].map(placeOf)
  const filters = Object.entries(policy.filters).map(([column, filter]) => ({
    column,
    filter,
    at: placeOf(column),
  }))
  const cells = new Map<string, Row[]>()
  for (const row of table.rows) {
    if (needed.some((at) => (row[at] ?? null) === null)) continue
    const buckets = filters.map(({ filter, at }) => bucketOf(filter, row[at] ?? null))
    const key = JSON.stringify(buckets)
    const cell = cells.get(key)
    if (cell === undefined) cells.set(key, [row])
    else cell.push(row)
  }
  const isChosen = (buckets: readonly string[]) =>
    filters.every(({ column }, at) => where[column]?.includes(buckets[at] ?? '') ?? true)
  return [...cells]
    .filter(([key, rows]) => rows.length >= policy.minGroup && isChosen(JSON.parse(key)))
    .map(([key, rows]) => ({ key, rows }))
}
