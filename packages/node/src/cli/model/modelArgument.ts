import { UsageError } from '../errors/usageError.ts'

/** The model as an argument or as --model-id: one of them, or both the same. */
export function modelArgument(given: string | undefined, option: string | undefined): string {
  const name = given ?? option
  if (name === undefined || name === '')
    throw new UsageError('Which model? Name it, or give --model-id.', { hint: '`dim model list` shows all.' })
  if (given !== undefined && option !== undefined && given !== option) {
    throw new UsageError(`Two models are named: "${given}" and "${option}".`, { hint: 'Name one.' })
  }
  return name
}
