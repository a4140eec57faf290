import type { Audit } from './audit.ts'
import type { Plan, RoundReport } from './runRound.ts'
import { type Kills, stages } from './stages.ts'

const formatPlan = ({ victim, at }: Plan): string =>
  'stage' in at ? `${victim} at ${at.stage}` : `${victim} after ${at.delayMs} ms`

/** One line for one round. */
export function formatRound({ round, plans, deaths, outcome, ms, faults }: RoundReport): string {
  const died =
    deaths.map(({ victim, stage }) => `${victim} died ${stage ?? 'before'}`).join(', ') || 'nobody died'
  const wrong = faults.map((fault) => `\n      ✖ ${fault}`).join('')
  return `${String(round).padStart(4)}  ${plans.map(formatPlan).join(', ').padEnd(46)} ${died.padEnd(44)} ${outcome} in ${ms} ms${wrong}`
}

export type ReportOptions = {
  kills: Kills
  audit: Audit
  faults: readonly string[]
  rounds: number
  seed: number
}

/** The table of kills, the fate of the jobs and the books. */
export function formatReport({ kills, audit, faults, rounds, seed }: ReportOptions): string {
  const row = (name: string, provider: unknown, client: unknown) =>
    `  ${name.padEnd(14)}${String(provider).padStart(10)}${String(client).padStart(10)}`
  const count = (ending: string) => audit.jobs.filter((job) => job.ending === ending).length
  const books = Object.entries(audit.balances).map(([name, value]) => `  ${name.padEnd(16)}${value}`)
  return [
    '',
    row('killed in', 'provider', 'client'),
    ...stages.map((stage) => row(stage, kills[stage].provider, kills[stage].client)),
    '',
    `  ${audit.jobs.length} jobs opened: ${count('paid')} paid, ${count('refunded')} refunded, ${count('open')} open`,
    '',
    ...books,
    '',
    ...faults.map((fault) => `  ✖ ${fault}`),
    faults.length === 0
      ? `  ✔ ${rounds} rounds with seed ${seed}: every job ended once, the books balance to the last unit`
      : `  ${faults.length} faults in ${rounds} rounds with seed ${seed}`,
  ].join('\n')
}
