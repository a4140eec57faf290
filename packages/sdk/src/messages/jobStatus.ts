import * as z from 'zod'
import { InvalidMessageError } from '../errors/invalidMessage.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { hex32, uint } from './fields.ts'

/** States of a job in the escrow, in the order of the contract's `Status`. */
export const escrowStates = [
  'none',
  'open',
  'submitted',
  'challenged',
  'paid',
  'refunded',
  'split',
  'revoked',
] as const

/** State of a job in the escrow. */
export type EscrowState = (typeof escrowStates)[number]

/** States of a job as people see them. */
export const states = [
  'queued',
  'assigned',
  'running',
  'verifying',
  'settling',
  'completed',
  'failed',
  'cancelled',
  'refunded',
] as const

/** State of a job as people see it. */
export type State = (typeof states)[number]

const transactions = z.strictObject({
  open: hex32.optional(),
  submit: hex32.optional(),
  /** The transaction that paid, by acceptance or after the window. */
  settle: hex32.optional(),
  refund: hex32.optional(),
})

const stage = z.strictObject({
  name: z.string().min(1).max(128),
  state: z.enum(states),
  /** Milliseconds since 1970. */
  startedAtMs: z.int().min(0).optional(),
  endedAtMs: z.int().min(0).optional(),
})

/** What is known about a job. Amounts are USDC 1e-6. */
export const schema = z.strictObject({
  jobId: hex32,
  status: z.enum(states),
  /** From 0 to 1. */
  progress: z.number().min(0).max(1).optional(),
  stages: z.array(stage).max(64),
  resultRef: hex32.optional(),
  resultCommit: hex32.optional(),
  chargedUsdc: uint(64).optional(),
  refundedUsdc: uint(64).optional(),
  transactions,
  /** Why it failed, was declined or is late. */
  error: z.strictObject({ code: z.string().max(128), message: z.string().max(4096) }).optional(),
})

/** What is known about a job. */
export type JobStatus = Readonly<z.output<typeof schema>>

/**
 * What people see of a state in the escrow: the only place where the one becomes the other.
 *
 * @param escrow A state by name, or the number that the contract answers.
 * @param phase What the provider itself says about an open job; `assigned` unless given.
 * @param isLate Whether `submitBy` has passed, so that an open job can only be refunded.
 * @returns `settling` until a submitted job is paid; `failed` for an open job that is late and for one that was split undecided.
 * @throws `JOB_STATUS_INVALID` for a number that the contract has no state for.
 * @example JobStatus.fromEscrow('submitted') // 'settling'
 */
export function fromEscrow(
  escrow: EscrowState | number,
  {
    phase = 'assigned',
    isLate = false,
  }: { phase?: 'assigned' | 'running' | undefined; isLate?: boolean | undefined } = {},
): State {
  const state = typeof escrow === 'number' ? escrowStates[escrow] : escrow
  if (state === undefined)
    throw new InvalidMessageError('JobStatus', { path: 'status', rule: 'a state of the escrow' })
  if (state === 'open') return isLate ? 'failed' : phase
  return settled[state]
}

const settled: Record<Exclude<EscrowState, 'open'>, State> = {
  none: 'queued',
  submitted: 'settling',
  challenged: 'verifying',
  paid: 'completed',
  refunded: 'refunded',
  split: 'failed',
  revoked: 'cancelled',
}

/**
 * Whether nothing can change any more: completed, failed, cancelled or refunded.
 *
 * @example if (JobStatus.isFinal(status)) stop()
 */
export const isFinal = (state: State): boolean =>
  ['completed', 'failed', 'cancelled', 'refunded'].includes(state)

/**
 * Reads a job's status from a parsed JSON value.
 *
 * @throws `JOB_STATUS_INVALID` naming path and rule.
 * @example const { status } = JobStatus.parse(await response.json())
 */
export const parse = (input: unknown): JobStatus => parseMessage('JobStatus', schema, input)

/**
 * Writes a job's status as a JSON value: the inverse of `parse`.
 *
 * @throws `JOB_STATUS_INVALID` for a value out of the schema.
 * @example await writeFile('status.json', JSON.stringify(JobStatus.toJson(status)))
 */
export const toJson = (status: JobStatus): z.input<typeof schema> => writeJson('JobStatus', schema, status)

/**
 * Canonical JSON (RFC 8785) of a job's status, as UTF-8 bytes.
 *
 * @throws `JOB_STATUS_INVALID` for a value out of the schema.
 * @example const bytes = JobStatus.canonical(status)
 */
export const canonical = (status: JobStatus): Uint8Array => toCanonicalBytes('JobStatus', schema, status)
