import { resolve } from 'node:path'
import { CabinetQuery } from '@dim/sdk'
import { assertPolicyFits } from '../../cabinets/assertPolicyFits.ts'
import { type CabinetFormat, type CabinetRecord, formats } from '../../cabinets/cabinetRecord.ts'
import { CabinetExistsError } from '../../cabinets/errors.ts'
import { inspectCabinet } from '../../cabinets/inspectCabinet.ts'
import type { AddCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors/usageError.ts'
import { describeCabinet } from './describeCabinet.ts'
import { openCabinets } from './openCabinets.ts'

type Options = { format?: string; describe?: string; refresh?: boolean }

export const addCabinetAdd: AddCommand = (parent, run) => {
  parent
    .command('add')
    .description('register a file or a folder as a cabinet; nothing is copied, and nobody has access yet')
    .argument('<name>', 'small letters, digits, dots and dashes')
    .argument('[path]', 'the data: CSV, JSON lines, Parquet or pictures')
    .option('--format <format>', `${formats.join(', ')} (default: by the ends of the file names)`)
    .option('--describe <text>', 'what the data are')
    .option('--refresh', 'take over changed data of a cabinet that is there; its policy and budget stay')
    .action(run<Options>((context, options, [name = '', path]) => addOne(context, options, { name, path })))
}

const charged = 'Nothing was charged.'

async function addOne(
  context: Context,
  options: Options,
  { name, path }: { name: string; path: string | undefined },
): Promise<void> {
  const { io, out } = context
  if (!CabinetQuery.nameSchema.safeParse(name).success) {
    const hint = 'At most 64 small letters, digits, dots and dashes.'
    throw new UsageError(`"${name}" is no name for a cabinet.`, { charged, hint })
  }
  const { store, forbidden } = await openCabinets(context)
  const before = options.refresh === true ? await store.get(name) : await assertFree(store.find, name)
  const format = readFormat(options.format) ?? before?.format
  const from = path === undefined ? before && sourceOf(before) : resolve(io.cwd, path)
  if (from === undefined)
    throw new UsageError('Where are the data?', { charged, hint: 'dim cabinet add NAME PATH' })
  const description = options.describe ?? before?.description ?? ''
  const inspected = await inspectCabinet(from, { name, description, format, forbidden, nowMs: Date.now() })
  const record = before?.policy === undefined ? inspected : { ...inspected, policy: before.policy }
  if (record.policy !== undefined) assertPolicyFits(record, record.policy)
  await store.put(record)
  out.result(describeCabinet(record).value, () => describeCabinet(record).text)
}

async function assertFree(
  find: (name: string) => Promise<CabinetRecord | undefined>,
  name: string,
): Promise<undefined> {
  if ((await find(name)) !== undefined) throw new CabinetExistsError(name)
}

/** One file stands for itself: its folder may hold others that were never meant. */
function sourceOf({ root, files, source }: CabinetRecord): string {
  const [only] = files
  return source === 'file' && only !== undefined ? `${root}/${only.path}` : root
}

function readFormat(text: string | undefined): CabinetFormat | undefined {
  if (text === undefined) return undefined
  const format = formats.find((known) => known === text)
  if (format === undefined) {
    throw new UsageError(`There is no format "${text}".`, { charged, hint: `One of ${formats.join(', ')}.` })
  }
  return format
}
