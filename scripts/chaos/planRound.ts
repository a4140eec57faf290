import type { Random } from './random.ts'
import type { Plan } from './runRound.ts'
import { type Kills, type Stage, stages, type Victim } from './stages.ts'

export const KILLS_PER_STAGE = 3
/** Aimed at, for provider and client apart; what a fast stage does not give is no fault. */
const KILLS_OF_EACH = 2
const LONGEST_DELAY_MS = 2_000
const SECOND_KILL_SHARE = 0.25

/** Stages in which too few have died yet. */
export const lackingStages = (kills: Kills): Stage[] => stages.filter((stage) => isLacking(kills[stage]))

const isLacking = ({ provider, client }: Kills[Stage]): boolean => provider + client < KILLS_PER_STAGE

/** Provider and client take turns; stages that lack kills come first, then any moment will do. */
export function planRound(round: number, { kills, random }: { kills: Kills; random: Random }): Plan[] {
  const victim: Victim = round % 2 === 1 ? 'provider' : 'client'
  const other: Victim = victim === 'provider' ? 'client' : 'provider'
  const lacking = stages.filter((stage) => isLacking(kills[stage]) || kills[stage][victim] < KILLS_OF_EACH)
  const isAimed = lacking.length > 0 && random.next() < 0.8
  const at = isAimed ? { stage: random.pick(lacking) } : { delayMs: random.below(LONGEST_DELAY_MS) }
  const second: Plan[] =
    random.next() < SECOND_KILL_SHARE
      ? [{ victim: other, at: { delayMs: random.below(LONGEST_DELAY_MS) } }]
      : []
  return [{ victim, at }, ...second]
}
