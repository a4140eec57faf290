import { CabinetQuery } from '@dim/sdk'
import { z } from 'zod'

const text = z.string().min(1).max(256)
const name = CabinetQuery.nameSchema
const client = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'a 20-byte address as 0x-hex')
  .transform((value) => value.toLowerCase())
const modelKey = z.string().regex(/^0x[0-9a-f]{64}$/, 'the key of a model: 32 bytes as lower-case 0x-hex')
const edges = z
  .array(z.number())
  .min(2)
  .max(65)
  .refine(
    (values) => values.every((value, at) => at === 0 || value > (values[at - 1] ?? value)),
    'numbers that grow',
  )

/** Where an input of a model comes from: cells of the row, the row's picture, or one number for all. */
const source = z.union([
  z.strictObject({ columns: z.array(text).min(1).max(1024) }),
  z.strictObject({ picture: z.literal(true) }),
  z.strictObject({ value: z.number() }),
])

const output = text
const element = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)

/** What is made of all rows before anything leaves. `mean`, `sum`, `min` and `max` go element by element. */
export const answerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('count') }),
  z.strictObject({ kind: z.enum(['mean', 'sum', 'min', 'max']), output }),
  z.strictObject({ kind: z.literal('histogram'), output, element: element.default(0), edges }),
  z.strictObject({ kind: z.literal('labels'), output, top: z.int().min(1).max(10_000) }),
])

const filter = z.union([
  z.strictObject({
    values: z
      .array(z.union([text, z.number(), z.boolean()]))
      .min(1)
      .max(255),
  }),
  z.strictObject({ edges }),
])

const modelSchema = z.strictObject({
  inputs: z.record(text, source),
  /** Rows that go through the model at once; above 1 the first dimension of every input and output counts them. */
  rowsPerRun: z.int().min(1).max(1024).default(1),
  answers: z.record(name, answerSchema).refine((all) => Object.keys(all).length > 0, 'at least one answer'),
})

const answersPerPeriod = z.int().min(0).max(1_000_000_000)

/** Who may learn what from a cabinet. Nothing that it does not name leaves, and never anything of a single row's own. */
export const schema = z.strictObject({
  clients: z.union([z.literal('anybody'), z.array(client).max(10_000)]),
  models: z.record(modelKey, modelSchema),
  /** Columns by which rows may be chosen, each in fixed buckets; together they divide the rows into cells. */
  filters: z.record(text, filter).default({}),
  /** Least number of rows of a cell: smaller cells take no part in any answer. */
  minGroup: z.int().min(2).max(1_000_000_000).default(10),
  /** Answers in any period of so many seconds. */
  budget: z.strictObject({
    periodSeconds: z
      .int()
      .min(60)
      .max(2 ** 31 - 1),
    perClient: answersPerPeriod,
    total: answersPerPeriod,
  }),
  /** `contained`: only in a container or by bubblewrap; `any`: in a plain process as well. */
  sandbox: z.enum(['contained', 'any']).default('contained'),
})

/** Who may learn what from a cabinet. */
export type CabinetPolicy = Readonly<z.output<typeof schema>>
/** How one model is fed, and what may be told of its outputs. */
export type ModelPolicy = z.output<typeof modelSchema>
/** One thing that may be told of a model's outputs. */
export type AnswerPolicy = z.output<typeof answerSchema>
/** The buckets of one column. */
export type FilterPolicy = z.output<typeof filter>
