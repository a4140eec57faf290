import type { BaseError, JobStatus } from '@dim/sdk'
import type { Logger } from 'pino'
import type { createAdmission } from './admission.ts'
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

export function createJobSteps(options: StepOptions): Readonly<Record<JobStep, Step>> {
  const { jobs, acts, admit, run, logger, signal, onEnd } = options

  const decline = async ({ jobId }: ProviderJob, reason: { code: string; message: string }) => {
    await jobs.decline(jobId, reason)
    logStage(logger, 'declining', { jobId, reason: reason.code, message: reason.message })
    return 'again' as const
  }

  const failedRun = async (job: ProviderJob, error: unknown): Promise<StepOutcome> => {
    const reason = lastingReason(error)
    if (reason !== undefined) return decline(job, reason)
    const code = (error as BaseError).code ?? 'RUN_FAILED'
    if (job.attempts + 1 < MOST_ATTEMPTS) throw error
    return decline(job, { code, message: `The run failed ${MOST_ATTEMPTS} times.` })
  }

  return {
    admit: async (job, { now }) => {
      const { jobId, params, openedAt } = job
      const admission = await admit({ jobId, params, openedAt, now })
      if ('refusal' in admission) return decline(job, admission.refusal)
      await jobs.admit(jobId, admission.quoteNonce)
      logStage(logger, 'admitted', { jobId, quoteNonce: admission.quoteNonce })
      return 'again'
    },

    run: async (job) => {
      const { jobId, params } = job
      if (job.attempts >= MOST_ATTEMPTS) {
        return decline(job, { code: 'RUN_FAILED', message: `The run failed ${MOST_ATTEMPTS} times.` })
      }
      await jobs.startRun(jobId)
      logStage(logger, 'running', { jobId, attempt: job.attempts + 1 })
      try {
        const result = await run({ jobId, params }, signal)
        const outcome = await jobs.recordResult(jobId, result)
        logStage(logger, 'computed', { jobId, outcome, resultCommit: result.resultCommit })
        return 'again'
      } catch (error) {
        if (signal.aborted) throw error
        return failedRun(job, error)
      }
    },

    submit: async ({ jobId, params, result }) => {
      if (result === undefined) return 'wait'
      await jobs.setState(jobId, 'submitting')
      logStage(logger, 'submitting', { jobId, resultCommit: result.resultCommit })
      const { transactionHash } = await acts.submit(jobId, params, result)
      await jobs.setTransactions(jobId, { submitTx: transactionHash })
      return 'again'
    },

    decline: async ({ jobId, params }) => {
      const { transactionHash } = await acts.decline(jobId, params)
      await jobs.setTransactions(jobId, { closeTx: transactionHash })
      return 'again'
    },

    expire: async ({ jobId, params }) => {
      if (!options.expireOverdue) return 'wait'
      const { transactionHash } = await acts.expire(jobId, params)
      await jobs.setTransactions(jobId, { closeTx: transactionHash })
      return 'again'
    },

    'mark-submitted': async ({ jobId }, { time }) => {
      await jobs.markSubmitted(jobId, time)
      logStage(logger, 'submitted', { jobId })
      return 'wait'
    },

    close: async (job, { status }) => {
      const { jobId } = job
      const outcome = status === 'paid' || status === 'split' ? status : 'refunded'
      await jobs.setState(jobId, outcome)
      logStage(logger, outcome === 'split' ? 'paid' : outcome, {
        jobId,
        ...(job.decline && { reason: job.decline.code }),
      })
      onEnd(job, outcome)
      return 'wait'
    },

    vanish: async ({ jobId }, { status }) => {
      await jobs.setState(jobId, 'vanished')
      logStage(logger, 'vanished', { jobId, status })
      return status === 'none' ? 'again' : 'wait'
    },

    reopen: async ({ jobId }) => {
      const receipt = await acts.reopen(jobId)
      return receipt === undefined ? 'wait' : 'again'
    },

    wait: async () => 'wait',
  }
}
