import { BaseError } from '@dim/sdk'

const charged = 'Nothing was charged.'

/** What waits already would take longer than the scheduler lets anything wait. */
export class SchedulerBusyError extends BaseError {
  override readonly code = 'QUEUE_FULL'
  /** When a place is likely to be free again. */
  readonly retryAfterMs: number
  constructor({ queued, waitMs, retryAfterMs }: { queued: number; waitMs: number; retryAfterMs: number }) {
    super(`The run was not started: ${queued} jobs wait already, about ${Math.round(waitMs)} ms of work.`, {
      charged,
      hint: `Try again in about ${Math.ceil(retryAfterMs)} ms, or at another provider.`,
      retryable: true,
    })
    this.retryAfterMs = retryAfterMs
  }
}

/** By the estimate at hand, the run could not end in time. */
export class DeadlineUnreachableError extends BaseError {
  override readonly code = 'DEADLINE_UNREACHABLE'
  readonly retryAfterMs: number
  constructor(modelKey: string, { deadlineMs, expectedMs }: { deadlineMs: number; expectedMs: number }) {
    super(
      `The run of model ${modelKey} was not taken: it would end in about ${Math.round(expectedMs)} ms, its deadline is in ${Math.round(deadlineMs)} ms.`,
      { charged, hint: 'Allow more time, raise the priority, or use another provider.', retryable: true },
    )
    this.retryAfterMs = Math.max(0, expectedMs - deadlineMs)
  }
}

/** The deadline came while the run still waited for a worker. */
export class DeadlinePassedError extends BaseError {
  override readonly code = 'DEADLINE_PASSED'
  constructor(modelKey: string, waitedMs: number) {
    super(
      `The run of model ${modelKey} was given up: its deadline passed after ${Math.round(waitedMs)} ms in the queue.`,
      {
        charged,
        hint: 'Allow more time, raise the priority, or use another provider.',
      },
    )
  }
}
