import { BaseError } from '@dim/sdk'
import type { Context } from './context.ts'
import type { WriteOptions } from './writeOptions.ts'

/** A write that cannot be undone was neither confirmed at a terminal nor by --yes. */
export class ConfirmationNeededError extends BaseError {
  override readonly code = 'CONFIRMATION_NEEDED'

  constructor(question: string) {
    super(`This cannot be undone, so it wants a confirmation: ${question}`, {
      charged: 'Nothing was charged.',
      hint: 'Run it again with --yes, or with --dry-run to see what it would do.',
    })
  }
}

/** The person at the terminal said no. */
export class NotConfirmedError extends BaseError {
  override readonly code = 'NOT_CONFIRMED'

  constructor() {
    super('Stopped: it was not confirmed.', { charged: 'Nothing was charged.' })
  }
}

/** Asks at a terminal; without one, goes on unless the write is final, which then needs --yes. */
export async function confirm(
  { io, out }: Context,
  question: string,
  { dryRun, yes, final }: WriteOptions & { final: boolean },
): Promise<void> {
  if (dryRun === true || yes === true) return
  const interactive = io.stdin.isTTY === true && io.stderr.isTTY === true && !out.json
  if (!interactive) {
    if (final) throw new ConfirmationNeededError(question)
    return
  }
  const { confirm: ask, isCancel } = await import('@clack/prompts')
  const answer = await ask({ message: question, output: io.stderr as never })
  if (isCancel(answer) || !answer) throw new NotConfirmedError()
}
