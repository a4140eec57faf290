import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { assertPolicyFits } from '../../cabinets/assertPolicyFits.ts'
import { type CabinetPolicy, schema } from '../../cabinets/cabinetPolicy.ts'
import type { CabinetRecord } from '../../cabinets/cabinetRecord.ts'
import { CabinetPolicyInvalidError } from '../../cabinets/errors.ts'
import type { AddCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors/usageError.ts'
import { describeCabinet } from './describeCabinet.ts'
import { openCabinets } from './openCabinets.ts'

type Options = { file?: string; allow?: string[]; deny?: string[]; minGroup?: string; close?: boolean }

export const addCabinetPolicy: AddCommand = (parent, run) => {
  parent
    .command('policy')
    .description('show or set who may learn what; it holds for the next job')
    .argument('<name>', 'the cabinet')
    .option('--file <file>', 'the whole policy as JSON')
    .option('--allow <address...>', 'let these clients ask as well, or "anybody"')
    .option('--deny <address...>', 'let these clients ask no more')
    .option('--min-group <rows>', 'least number of rows of a group')
    .option('--close', 'let nobody ask any more')
    .action(run<Options>((context, options, [name = '']) => changePolicy(context, options, name)))
}

const isChange = ({ file, allow, deny, minGroup, close }: Options) =>
  [file, allow, deny, minGroup, close].some((option) => option !== undefined)

async function changePolicy(context: Context, options: Options, name: string): Promise<void> {
  const { out, io } = context
  const { store } = await openCabinets(context)
  const record = await store.get(name)
  if (!isChange(options)) return out.result({ name, policy: record.policy ?? null }, () => textOf(record))
  const from =
    options.file === undefined ? record.policy : await readPolicyFile(resolve(io.cwd, options.file))
  if (from === undefined) {
    throw new UsageError(`"${name}" has no policy yet.`, {
      charged: 'Nothing was charged.',
      hint: 'Write one and set it with --file; see docs/cabinets.md.',
    })
  }
  const policy = parsePolicy(name, applyFlags(from, options))
  assertPolicyFits(record, policy)
  const changed = { ...record, policy }
  await store.put(changed)
  out.result({ name, policy }, () => textOf(changed))
}

const textOf = (record: CabinetRecord) =>
  record.policy === undefined
    ? `"${record.name}" has no policy: nobody has access.`
    : describeCabinet(record).text

async function readPolicyFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    const hint = 'Name a file that holds one JSON object.'
    throw new UsageError(`${path} is no file of JSON that can be read.`, {
      cause,
      charged: 'Nothing was charged.',
      hint,
    })
  }
}

/** Flags change what the file, or the policy so far, says. */
function applyFlags(from: unknown, { allow = [], deny = [], minGroup, close }: Options): unknown {
  if (typeof from !== 'object' || from === null) return from
  const before = (from as Partial<CabinetPolicy>).clients
  // What the schema refuses is left to it: made a list here, it would be one of nobody.
  if (before !== undefined && before !== 'anybody' && !Array.isArray(before)) return from
  if (before === 'anybody' && deny.length > 0) {
    const hint = 'Name those who may ask with --allow, or nobody with --close.'
    throw new UsageError('Of "anybody" nobody can be taken out.', { charged: 'Nothing was charged.', hint })
  }
  const named = Array.isArray(before) ? before.map(String) : []
  const lower = (all: readonly string[]) => all.map((address) => address.toLowerCase())
  const isOpen = allow.includes('anybody') || (before === 'anybody' && allow.length === 0)
  const left = [...new Set(lower([...named, ...allow]))].filter((address) => !lower(deny).includes(address))
  const clients = close === true ? [] : isOpen ? 'anybody' : left
  return {
    ...from,
    ...(before === undefined && allow.length === 0 && close !== true ? {} : { clients }),
    ...(minGroup === undefined ? {} : { minGroup: Number(minGroup) }),
  }
}

function parsePolicy(name: string, input: unknown): CabinetPolicy {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new CabinetPolicyInvalidError(name, z.prettifyError(parsed.error).replaceAll('\n', ' '))
}
