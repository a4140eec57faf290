import type { Address, Hash, Hex } from 'viem'
import type { ProviderRefusal } from '../errors/noEligibleProvider.ts'

/** What a step of a job has to say; amounts in USDC 1e-6. */
export type JobStepDetails = {
  /** A provider that serves the model was chosen; why others were not. */
  chosen: { provider: Address; endpoint: string; refused: readonly ProviderRefusal[] }
  quoted: { priceUsdc: bigint; expiresAt: number }
  /** The sealed input lies acknowledged at the provider. */
  pushed: { blocks: number; bytes: number }
  /** Keys and terms are in the store; from here on the job can be resumed. */
  stored: { jobId: Hex }
  signed: { jobId: Hex; validBefore: number }
  submitted: { jobId: Hex; by: 'provider' | 'client'; transactionHash: Hash | undefined }
  opened: { jobId: Hex; transactionHash: Hash }
  result: { jobId: Hex; resultRef: Hex; chargedUsdc: bigint; transactionHash: Hash }
  fetched: { jobId: Hex; bytes: number }
  /** Commitment, receipt and shapes hold; `reexecuted` when the caller's own check ran too. */
  verified: { jobId: Hex; reexecuted: boolean }
  accepted: { jobId: Hex; by: 'provider' | 'client' | 'window' }
  paid: { jobId: Hex; chargedUsdc: bigint; refundedUsdc: bigint; transactionHash: Hash }
}

export type JobStep = keyof JobStepDetails

/** Progress of a job: `at` is unix milliseconds of this machine's clock. */
export type JobProgress = {
  [S in JobStep]: { step: S; at: number; detail: JobStepDetails[S] }
}[JobStep]
