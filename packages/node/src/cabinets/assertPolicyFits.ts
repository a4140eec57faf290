import type { CabinetPolicy } from './cabinetPolicy.ts'
import type { CabinetRecord } from './cabinetRecord.ts'
import { CabinetPolicyInvalidError } from './errors.ts'

/** Checks that every column a policy names is there and of a type that fits its use. */
export function assertPolicyFits({ name, columns, rows }: CabinetRecord, policy: CabinetPolicy): void {
  const fail = (why: string) => new CabinetPolicyInvalidError(name, why)
  const typeOf = (column: string) => {
    const found = columns.find((candidate) => candidate.name === column)
    if (found === undefined)
      throw fail(`it has no column "${column}", only ${columns.map((c) => c.name).join(', ')}`)
    return found.type
  }
  for (const [column, filter] of Object.entries(policy.filters)) {
    const type = typeOf(column)
    if ('edges' in filter && type !== 'number') throw fail(`"${column}" is ${type}, edges need numbers`)
    if (type === 'numbers' || type === 'picture')
      throw fail(`rows are not chosen by "${column}", it is ${type}`)
  }
  for (const { inputs } of Object.values(policy.models)) {
    for (const [input, source] of Object.entries(inputs)) {
      if ('columns' in source) source.columns.forEach(typeOf)
      if ('picture' in source && !columns.some(({ type }) => type === 'picture')) {
        throw fail(`"${input}" wants a picture, the cabinet holds none`)
      }
    }
  }
  if (policy.minGroup > rows) throw fail(`minGroup is ${policy.minGroup}, the cabinet has ${rows} rows`)
}
