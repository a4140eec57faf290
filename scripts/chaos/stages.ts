/** The named stages of a job, as a provider logs them. */
export const stages = [
  'quoted',
  'input-stored',
  'opened',
  'admitted',
  'running',
  'computed',
  'submitting',
  'submitted',
  'accepted',
  'paid',
] as const

export type Stage = (typeof stages)[number]

export const isStage = (value: unknown): value is Stage => stages.includes(value as Stage)

export type Victim = 'provider' | 'client'

/** How often each was killed in each stage. */
export type Kills = Record<Stage, Record<Victim, number>>

export const noKills = (): Kills =>
  Object.fromEntries(stages.map((stage) => [stage, { provider: 0, client: 0 }])) as Kills
