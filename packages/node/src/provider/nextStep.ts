import type { JobStatus } from '@dim/sdk'
import type { ProviderJobState } from '../storage/database.ts'

export type JobFacts = {
  /** What this node has written down. */
  state: ProviderJobState
  hasResult: boolean
  /** Code of the reason for which the job is declined. */
  declineCode: string | undefined
  submitBy: number
  /** What the chain says now. */
  status: JobStatus.EscrowState
  /** Chain time, seconds. */
  now: number
}

export type JobStep =
  | 'admit'
  | 'run'
  | 'submit'
  | 'decline'
  | 'expire'
  | 'mark-submitted'
  | 'close'
  | 'vanish'
  | 'reopen'
  | 'wait'

const ends: readonly JobStatus.EscrowState[] = ['paid', 'refunded', 'split']

function stepOfOpen({ state, hasResult, declineCode, submitBy, now }: JobFacts): JobStep {
  if (now > submitBy) return 'expire'
  // A recorded result is the only one there will ever be: it is delivered whatever else is written down.
  if (hasResult) return 'submit'
  if (declineCode !== undefined) return 'decline'
  return state === 'admitted' || state === 'running' ? 'run' : 'admit'
}

/**
 * What to do next for a job. The chain is the judge of where the job stands, the row says what this node did:
 * a restart, a reorganisation and a lost message all end here.
 */
export function nextStep(facts: JobFacts): JobStep {
  const { state, status } = facts
  if (ends.includes(status)) return state === status ? 'wait' : 'close'
  if (status === 'submitted') return state === 'submitted' ? 'wait' : 'mark-submitted'
  if (status === 'challenged') return 'wait'
  if (status === 'revoked') return state === 'vanished' ? 'wait' : 'vanish'
  if (status === 'none') return state === 'vanished' ? 'reopen' : 'vanish'
  return stepOfOpen(facts)
}
