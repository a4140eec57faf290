import type { Logger } from 'pino'

/** The way of a job through a provider; each is one log line, written when the stage is durable. */
export type Stage =
  | 'quoted'
  | 'input-stored'
  | 'opened'
  | 'admitted'
  | 'running'
  | 'computed'
  | 'submitting'
  | 'submitted'
  | 'accepted'
  | 'paid'
  | 'refunded'
  | 'declining'
  | 'vanished'

export type StageFields = { jobId?: string; quoteNonce?: string; [field: string]: unknown }

/** Logs that a job reached a stage. */
export function logStage(logger: Logger, stage: Stage, fields: StageFields): void {
  logger.info({ stage, ...fields }, `job ${stage}`)
}
