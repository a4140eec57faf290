import { CabinetQuery } from '@dim/sdk'
import { z } from 'zod'
import { schema as policySchema } from './cabinetPolicy.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const formats = ['csv', 'jsonl', 'parquet', 'pictures'] as const

/** How the files of a cabinet are read. */
export type CabinetFormat = (typeof formats)[number]

const file = z.strictObject({ path: z.string().min(1), bytes: z.int().min(0), sha256 })

/** What is written down about a cabinet; the data themselves stay where they are. */
export const schema = z.strictObject({
  dim: z.literal('cabinet/1'),
  name: CabinetQuery.nameSchema,
  description: z.string().max(4096),
  format: z.enum(formats),
  /** Folder of the files, without symbolic links in its path. */
  root: z.string().min(1),
  /** Whether one file was named, or the folder. */
  source: z.enum(['file', 'folder']),
  files: z.array(file).min(1),
  columns: z.array(
    z.strictObject({ name: z.string(), type: z.enum(['number', 'text', 'boolean', 'numbers', 'picture']) }),
  ),
  rows: z.int().min(0),
  /** SHA-256 over path, length and hash of every file. */
  digest: sha256,
  addedAt: z.iso.datetime(),
  policy: policySchema.optional(),
})

/** What is written down about a cabinet. */
export type CabinetRecord = Readonly<z.output<typeof schema>>
/** A file of a cabinet, by its path below the root. */
export type CabinetFile = z.output<typeof file>
