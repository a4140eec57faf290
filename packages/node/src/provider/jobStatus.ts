import { getChainTime, getJob, JobStatus, JobUnknownError, type Reader } from '@dim/sdk'
import type { Hex } from 'viem'
import type { JobStore, ProviderJob } from './jobStore.ts'

const progressOf = {
  received: 0.1,
  admitted: 0.2,
  running: 0.4,
  computed: 0.7,
  submitting: 0.8,
  submitted: 0.9,
} as const

const phaseOf = ({ state }: ProviderJob): 'assigned' | 'running' =>
  state === 'received' || state === 'admitted' || state === 'declining' ? 'assigned' : 'running'

function transactionsOf(
  job: ProviderJob,
  escrow: JobStatus.EscrowState,
): JobStatus.JobStatus['transactions'] {
  const { openTx, submitTx, closeTx } = job
  return {
    ...(openTx === undefined ? {} : { open: openTx }),
    ...(submitTx === undefined ? {} : { submit: submitTx }),
    ...(closeTx !== undefined && (escrow === 'paid' || escrow === 'split') ? { settle: closeTx } : {}),
    ...(closeTx !== undefined && escrow === 'refunded' ? { refund: closeTx } : {}),
  }
}

function moneyOf({ params, result }: ProviderJob, escrow: JobStatus.EscrowState) {
  if (escrow === 'refunded') return { chargedUsdc: 0n, refundedUsdc: params.price }
  const charged = result?.chargedUsdc
  if (charged === undefined || escrow === 'open' || escrow === 'none') return {}
  return { chargedUsdc: charged, refundedUsdc: params.price - charged }
}

/** What people see of a job: the chain's word on where it stands, this node's on what it did. */
export function toJobStatus(
  job: ProviderJob,
  escrow: JobStatus.EscrowState,
  now: number,
): JobStatus.JobStatus {
  const isLate = now > job.params.submitBy
  const status = JobStatus.fromEscrow(escrow, { phase: phaseOf(job), isLate })
  const isOnChain = escrow !== 'open' && escrow !== 'none'
  const progress = JobStatus.isFinal(status) ? 1 : (progressOf[job.state as keyof typeof progressOf] ?? 0)
  return {
    jobId: job.jobId,
    status,
    progress,
    stages: [{ name: 'run', state: status, startedAtMs: job.createdAtMs, endedAtMs: job.updatedAtMs }],
    transactions: transactionsOf(job, escrow),
    ...moneyOf(job, escrow),
    // A result is named only once it is on chain, where it can no longer change.
    ...(isOnChain && job.result && escrow !== 'refunded'
      ? { resultRef: job.result.resultRef, resultCommit: job.result.resultCommit }
      : {}),
    ...(job.decline === undefined ? {} : { error: job.decline }),
  }
}

/** Reads the status of a job of this provider; throws `JOB_UNKNOWN` for another. */
export function createJobStatusReader({ reader, jobs }: { reader: Reader; jobs: Pick<JobStore, 'get'> }) {
  return async function getStatus(jobId: Hex): Promise<JobStatus.JobStatus> {
    const job = await jobs.get(jobId)
    if (job === undefined) throw new JobUnknownError(jobId, 'this node')
    const [{ status }, now] = await Promise.all([getJob(reader, { jobId }), getChainTime(reader)])
    return toJobStatus(job, status, now)
  }
}
