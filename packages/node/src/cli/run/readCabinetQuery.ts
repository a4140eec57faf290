import { CabinetQuery } from '@dim/sdk'
import { UsageError } from '../errors/usageError.ts'
import type { RunOptions } from './runOptions.ts'

const charged = 'Nothing was charged.'

/** What --cabinet, --where and --answers ask of a data set; `undefined` for a run on inputs. */
export function readCabinetQuery(
  {
    cabinet,
    provider,
    where = [],
    answers = [],
  }: Pick<RunOptions, 'cabinet' | 'provider' | 'where' | 'answers'>,
  inputs: readonly string[],
): CabinetQuery.CabinetQuery | undefined {
  if (cabinet === undefined) {
    if (where.length + answers.length === 0) return undefined
    throw new UsageError('--where and --answers need --cabinet.', { charged, hint: 'Name the data set.' })
  }
  const hint = 'dim run MODEL --provider ADDRESS --cabinet NAME --where COLUMN=BUCKET --answers NAME'
  if (provider === undefined) throw new UsageError('A cabinet is at one provider.', { charged, hint })
  if (inputs.length > 0) throw new UsageError('A run over a cabinet takes no inputs.', { charged, hint })
  const chosen = Object.fromEntries(where.map(readChoice))
  const parsed = CabinetQuery.schema.safeParse({
    name: cabinet,
    answers,
    ...(where.length === 0 ? {} : { where: chosen }),
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(`--cabinet cannot ask that: ${issue?.path.join('.')}: ${issue?.message}.`, {
    charged,
    hint,
  })
}

function readChoice(text: string): [string, string[]] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`"${text}" is not COLUMN=BUCKET,BUCKET.`, { charged })
  return [text.slice(0, at), text.slice(at + 1).split(',')]
}
