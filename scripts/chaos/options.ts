import { parseArgs } from 'node:util'

export type ChaosOptions = { rounds: number; seed: number; json: boolean }

/** Reads the command line; without a seed one is drawn and printed, so that a run can be repeated. */
export function parseOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '50' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
  return { rounds: Number(values.rounds), seed, json: values.json }
}
