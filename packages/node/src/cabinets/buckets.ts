import type { FilterPolicy } from './cabinetPolicy.ts'
import type { Cell } from './table.ts'

/** Where a value goes that no bucket of the policy takes. */
export const OTHER = 'other'

/** Names of the buckets of a column, in the policy's order; `other` is the last. */
export function bucketsOf(filter: FilterPolicy): string[] {
  if ('values' in filter) return [...filter.values.map(String), OTHER]
  return [...filter.edges.slice(1).map((edge, at) => `${filter.edges[at]}..${edge}`), OTHER]
}

/** The bucket of a value: the value itself, or the span `from..to` that holds it (`from` included, `to` not). */
export function bucketOf(filter: FilterPolicy, cell: Cell): string {
  if ('values' in filter) return filter.values.some((value) => value === cell) ? String(cell) : OTHER
  if (typeof cell !== 'number') return OTHER
  const at = filter.edges.findIndex((edge) => cell < edge)
  return at <= 0 ? OTHER : `${filter.edges[at - 1]}..${filter.edges[at]}`
}
