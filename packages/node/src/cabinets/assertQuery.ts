import type { CabinetQuery } from '@dim/sdk'
import { bucketsOf } from './buckets.ts'
import type { CabinetPolicy, ModelPolicy } from './cabinetPolicy.ts'
import { CabinetRefusedError } from './errors.ts'

const refuse = (why: string) => new CabinetRefusedError('CABINET_QUERY_REFUSED', why)

/** Checks that a policy lets a job choose these rows and have these answers. */
export function assertQuery(
  query: CabinetQuery.CabinetQuery,
  policy: Pick<CabinetPolicy, 'filters'>,
  { answers }: Pick<ModelPolicy, 'answers'>,
): void {
  for (const [column, buckets] of Object.entries(query.where ?? {})) {
    const filter = Object.hasOwn(policy.filters, column) ? policy.filters[column] : undefined
    if (filter === undefined) throw refuse(`rows are not chosen by "${column}"`)
    const known = bucketsOf(filter)
    const strange = buckets.find((bucket) => !known.includes(bucket))
    if (strange !== undefined)
      throw refuse(`"${column}" has no bucket "${strange}", only ${known.join(', ')}`)
  }
  const strange = query.answers.find((name) => !Object.hasOwn(answers, name))
  if (strange !== undefined) {
    throw refuse(`this model gives no answer "${strange}", only ${Object.keys(answers).join(', ')}`)
  }
  if (new Set(query.answers).size < query.answers.length) throw refuse('an answer is asked for twice')
}
