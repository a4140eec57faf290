import { getChainTime, getJob, type Reader } from '@dim/sdk'
import type { Hex } from 'viem'
import type { ChainActs } from './chainActs.ts'
import type { JobStore, ProviderJob } from './jobStore.ts'

/** What one transaction settles at most. */
const BATCH = 50

export type SettlerOptions = {
  reader: Reader
  jobs: Pick<JobStore, 'listSubmitted' | 'setTransactions'>
  acts: Pick<ChainActs, 'settle'>
  /** Called for every job of a batch that was mined. */
  touch: (jobId: Hex) => void
}

/** Whether anybody may have the job paid: the window ends with the last second in which it could be challenged. */
export function isDue(
  { submittedAt, params }: Pick<ProviderJob, 'submittedAt' | 'params'>,
  now: number,
): boolean {
  return submittedAt !== undefined && now > submittedAt + params.challengeWindow
}

/** Has submitted jobs paid whose window is over, many by one transaction. */
export function createSettler({ reader, jobs, acts, touch }: SettlerOptions) {
  /** What was accepted meanwhile needs no settling. */
  const stillSubmitted = async (candidates: readonly ProviderJob[]): Promise<ProviderJob[]> => {
    const states = await Promise.all(candidates.map(({ jobId }) => getJob(reader, { jobId })))
    const isOpen = (index: number) => states[index]?.status === 'submitted'
    for (const [index, { jobId }] of candidates.entries()) if (!isOpen(index)) touch(jobId)
    return candidates.filter((_job, index) => isOpen(index))
  }

  return async function settleDue(): Promise<number> {
    const submitted = await jobs.listSubmitted(BATCH * 20)
    if (submitted.length === 0) return 0
    const now = await getChainTime(reader)
    const due = await stillSubmitted(submitted.filter((job) => isDue(job, now)).slice(0, BATCH))
    if (due.length === 0) return 0
    const { transactionHash } = await acts.settle(due, now)
    for (const { jobId } of due) {
      await jobs.setTransactions(jobId, { closeTx: transactionHash })
      touch(jobId)
    }
    return due.length
  }
}
