import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** The tensors of a result are not those to which the provider committed on chain. */
export class ResultCommitMismatchError extends BaseError {
  override readonly code = 'RESULT_COMMIT_MISMATCH'
  readonly jobId: Hex
  readonly committed: Hex
  readonly computed: Hex

  constructor({ jobId, committed, computed }: { jobId: Hex; committed: Hex; computed: Hex }) {
    super(
      `The result of job ${jobId} is not the one that was committed: ${computed} instead of ${committed}.`,
      {
        charged: 'The result was not accepted; the provider is paid only when the challenge window ends.',
        hint: 'Keep the job: its envelope and key are evidence.',
      },
    )
    this.jobId = jobId
    this.committed = committed
    this.computed = computed
  }
}
