import { getChainTime, getJob, JobStatus, type Reader } from '@dim/sdk'
import type { Hex } from 'viem'

export type JobState = { status: JobStatus.State; escrow: string; chargedUsdc: bigint; isLate: boolean }

/** State of a job as the chain knows it; `submitBy` in seconds says whether an open one is late. */
export async function readJobState(
  chain: Reader,
  { jobId, submitBy }: { jobId: Hex; submitBy: number },
): Promise<JobState> {
  const [job, now] = await Promise.all([getJob(chain, { jobId }), getChainTime(chain)])
  const isLate = job.status === 'open' && now > submitBy
  return {
    status: JobStatus.fromEscrow(job.status, { isLate }),
    escrow: job.status,
    chargedUsdc: job.chargedUsdc,
    isLate,
  }
}
