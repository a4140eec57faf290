import * as z from 'zod'
import { parseMessage } from './codec.ts'

/** A name of a cabinet or of an answer. */
export const nameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'a name of at most 64 small letters, digits, dots and dashes')

const bucket = z.string().min(1).max(256)

/**
 * What a job asks of a data set that never leaves its provider: answers by the names of the provider's policy, over the
 * rows in the chosen buckets of each column. A column that is not named takes part with all its buckets.
 */
export const schema = z.strictObject({
  name: nameSchema,
  where: z.record(z.string().min(1).max(256), z.array(bucket).min(1).max(256)).optional(),
  answers: z.array(nameSchema).min(1).max(16),
})

/** What a job asks of a data set that never leaves its provider. */
export type CabinetQuery = Readonly<z.output<typeof schema>>

/**
 * Reads a query from a parsed JSON value.
 *
 * @throws `CABINET_QUERY_INVALID` naming path and rule.
 * @example const cabinet = CabinetQuery.parse({ name: 'ward-7', where: { sex: ['f'] }, answers: ['mean-risk'] })
 */
export const parse = (input: unknown): CabinetQuery => parseMessage('CabinetQuery', schema, input)
