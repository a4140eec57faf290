import type { JobParams } from '@dim/sdk'
import type { Logger } from 'pino'
import type { Address, Hex } from 'viem'
import type { ChainEvent, EventBatch, Rewind } from '../chain/chainEvent.ts'
import type { JobStore } from './jobStore.ts'
import { logStage } from './stage.ts'

const closing: readonly string[] = ['JobPaid', 'JobRefunded', 'JobSplit']

export type JobEventsOptions = {
  provider: Address
  jobEscrow: Address
  jobs: JobStore
  touch: (jobId: Hex) => void
  onPaid: (toProviderUsdc: bigint) => void
  logger: Logger
}

const isSame = (a: unknown, b: string): boolean => String(a).toLowerCase() === b.toLowerCase()

/** Takes in what the escrow says about jobs. What it means is asked from the chain when the job is looked at. */
export function createJobEvents(options: JobEventsOptions) {
  const { provider, jobEscrow, jobs, touch, onPaid, logger } = options
  const jobIdOf = ({ address, args }: ChainEvent): Hex | undefined =>
    isSame(address, jobEscrow) && typeof args.jobId === 'string' ? (args.jobId as Hex) : undefined

  const record = async (event: ChainEvent, jobId: Hex, { tx }: EventBatch): Promise<void> => {
    const { eventName, args, transactionHash } = event
    if (eventName === 'JobOpened' && isSame(args.provider, provider)) {
      const params = args.params as JobParams.JobParams
      const openedAt = Number(event.blockTimestamp)
      await jobs.receive({ jobId, params, openTx: transactionHash, openedAt }, tx)
    }
    if (eventName === 'JobSubmitted') await jobs.setTransactions(jobId, { submitTx: transactionHash }, tx)
    if (closing.includes(eventName)) await jobs.setTransactions(jobId, { closeTx: transactionHash }, tx)
  }

  return {
    async onBatch(batch: EventBatch): Promise<void> {
      for (const event of batch.events) {
        const jobId = jobIdOf(event)
        if (jobId !== undefined) await record(event, jobId, batch)
      }
    },

    onCommit({ events }: { events: readonly ChainEvent[] }): void {
      for (const event of events) {
        const jobId = jobIdOf(event)
        if (jobId === undefined) continue
        const { eventName, args, transactionHash } = event
        const isOwn = isSame(args.provider, provider)
        if (eventName === 'JobOpened' && isOwn) logStage(logger, 'opened', { jobId, transactionHash })
        if (eventName === 'JobPaid' && isOwn) onPaid(args.toProvider as bigint)
        touch(jobId)
      }
    },

    /** What never happened is looked at again: a job that is gone is put back, an undone submission is sent again. */
    async onRewind({ removed }: Rewind): Promise<void> {
      for (const event of removed) {
        const jobId = jobIdOf(event)
        if (jobId !== undefined) touch(jobId)
      }
    },
  }
}
