import type { Hex } from 'viem'
import { UsageError } from '../errors/usageError.ts'

export function parseJobId(text: string | undefined): Hex {
  if (text === undefined) throw new UsageError('Which job? `dim job list` shows yours.')
  if (!/^0x[0-9a-f]{64}$/i.test(text))
    throw new UsageError(`"${text}" is no job id: 0x and 64 digits.`, { hint: '`dim job list` shows yours.' })
  return text.toLowerCase() as Hex
}
