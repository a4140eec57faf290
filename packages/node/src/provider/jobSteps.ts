import type { BaseError, JobStatus } from '@dim/sdk'
import type { Logger } from 'pino'
import type { createAdmission, Refusal } from './admission.ts'
import type { ChainActs } from './chainActs.ts'
import { type JobRunner, lastingReason } from './jobRunner.ts'
import type { JobStore, ProviderJob } from './jobStore.ts'
import type { JobStep } from './nextStep.ts'
import { logStage } from './stage.ts'

/** A run that fails for a reason of ours is tried this often; then the client has its money back. */
const MOST_ATTEMPTS = 5

export type StepOptions = {
  jobs: JobStore
  acts: ChainActs
  admit: ReturnType<typeof createAdmission>
  run: JobRunner
  /** Whether overdue jobs of this provider are given back by its own transaction. */
  expireOverdue: boolean
  logger: Logger
  signal: AbortSignal
  onEnd: (job: ProviderJob, outcome: 'paid' | 'refunded' | 'split') => void
}

export type ChainView = { status: JobStatus.EscrowState; time: number; now: number }

/** `again`: look at the job once more; `wait`: something else (a block, a timer, the client) moves it on. */
export type StepOutcome = 'again' | 'wait'

type Step = (job: ProviderJob, chain: ChainView) => Promise<StepOutcome>

type MakeStep = (options: StepOptions) => Step

async function decline(
  { jobs, logger }: StepOptions,
  { jobId }: ProviderJob,
  reason: Refusal,
): Promise<StepOutcome> {
  await jobs.decline(jobId, reason)
  logStage(logger, 'declining', { jobId, reason: reason.code, message: reason.message })
  return 'again'
}

const gaveUp = (code: string): Refusal => ({ code, message: `The run failed ${MOST_ATTEMPTS} times.` })

const admitStep: MakeStep =
  (options) =>
  async (job, { now }) => {
    const { jobId, params, openedAt } = job
    const admission = await options.admit({ jobId, params, openedAt, now })
    if ('refusal' in admission) return decline(options, job, admission.refusal)
    await options.jobs.admit(jobId, admission.quoteNonce)
    logStage(options.logger, 'admitted', { jobId, quoteNonce: admission.quoteNonce })
    return 'again'
  }

async function failedRun(options: StepOptions, job: ProviderJob, error: unknown): Promise<StepOutcome> {
  const reason = lastingReason(error)
  if (reason !== undefined) return decline(options, job, reason)
  if (job.attempts + 1 < MOST_ATTEMPTS) throw error
  return decline(options, job, gaveUp((error as BaseError).code ?? 'RUN_FAILED'))
}

const runStep: MakeStep = (options) => async (job) => {
  const { jobs, run, logger, signal } = options
  const { jobId, params, attempts } = job
  if (attempts >= MOST_ATTEMPTS) return decline(options, job, gaveUp('RUN_FAILED'))
  await jobs.startRun(jobId)
  logStage(logger, 'running', { jobId, attempt: attempts + 1 })
  try {
    const result = await run({ jobId, params }, signal)
    const outcome = await jobs.recordResult(jobId, result)
    logStage(logger, 'computed', { jobId, outcome, resultCommit: result.resultCommit })
    return 'again'
  } catch (error) {
    if (signal.aborted) throw error
    return failedRun(options, job, error)
  }
}

const submitStep: MakeStep =
  ({ jobs, acts, logger }) =>
  async ({ jobId, params, result }) => {
    if (result === undefined) return 'wait'
    await jobs.setState(jobId, 'submitting')
    logStage(logger, 'submitting', { jobId, resultCommit: result.resultCommit })
    const { transactionHash } = await acts.submit({ jobId, params }, result)
    await jobs.setTransactions(jobId, { submitTx: transactionHash })
    return 'again'
  }

const declineStep: MakeStep =
  ({ jobs, acts }) =>
  async ({ jobId, params }) => {
    const { transactionHash } = await acts.decline({ jobId, params })
    await jobs.setTransactions(jobId, { closeTx: transactionHash })
    return 'again'
  }

const expireStep: MakeStep =
  ({ jobs, acts, expireOverdue }) =>
  async ({ jobId, params }) => {
    if (!expireOverdue) return 'wait'
    const { transactionHash } = await acts.expire({ jobId, params })
    await jobs.setTransactions(jobId, { closeTx: transactionHash })
    return 'again'
  }

const markSubmittedStep: MakeStep =
  ({ jobs, logger }) =>
  async ({ jobId }, { time }) => {
    await jobs.markSubmitted(jobId, time)
    logStage(logger, 'submitted', { jobId })
    return 'wait'
  }

const closeStep: MakeStep =
  ({ jobs, logger, onEnd }) =>
  async (job, { status }) => {
    const { jobId, decline: reason } = job
    const outcome = status === 'paid' || status === 'split' ? status : 'refunded'
    await jobs.setState(jobId, outcome)
    const why = reason === undefined ? {} : { reason: reason.code }
    logStage(logger, outcome === 'refunded' ? 'refunded' : 'paid', { jobId, outcome, ...why })
    onEnd(job, outcome)
    return 'wait'
  }

const vanishStep: MakeStep =
  ({ jobs, logger }) =>
  async ({ jobId }, { status }) => {
    await jobs.setState(jobId, 'vanished')
    logStage(logger, 'vanished', { jobId, status })
    return status === 'none' ? 'again' : 'wait'
  }

const reopenStep: MakeStep =
  ({ acts }) =>
  async ({ jobId }) =>
    (await acts.reopen(jobId)) === undefined ? 'wait' : 'again'

/** What is done for each step of a job; each writes down what it is about to do before it does it. */
export function createJobSteps(options: StepOptions): Readonly<Record<JobStep, Step>> {
  return {
    admit: admitStep(options),
    run: runStep(options),
    submit: submitStep(options),
    decline: declineStep(options),
    expire: expireStep(options),
    'mark-submitted': markSubmittedStep(options),
    close: closeStep(options),
    vanish: vanishStep(options),
    reopen: reopenStep(options),
    wait: async () => 'wait',
  }
}
