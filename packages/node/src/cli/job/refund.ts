import { BaseError, expireJobs, getChainTime, getJobEvents, JobUnknownError } from '@dim/sdk'
import type { Hex } from 'viem'
import type { AddCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { transactionLines, transactionRows } from '../transactionLines.ts'
import { openSession } from '../wallet/openSession.ts'
import { addWriteOptions, type WriteOptions } from '../writeOptions.ts'
import { parseJobId } from './jobId.ts'
import { type JobState, readJobState } from './jobState.ts'

/** The job is not one that anybody could refund now. */
export class NotRefundableError extends BaseError {
  override readonly code = 'JOB_NOT_REFUNDABLE'

  constructor(jobId: Hex, { escrow }: JobState, secondsLeft: number) {
    const why =
      escrow === 'open'
        ? `its provider may still submit, for ${secondsLeft} s by the chain's clock`
        : `its state is ${escrow}`
    super(`Job ${jobId} cannot be refunded: ${why}.`, {
      charged: 'Nothing was charged by trying.',
      hint:
        escrow === 'open'
          ? 'Try again after that; anybody may.'
          : '`dim job show` tells what happened to its money.',
      retryable: escrow === 'open',
    })
  }
}

export const addJobRefund: AddCommand = (parent, run) => {
  addWriteOptions(
    parent.command('refund').description('take back the price of a job whose provider kept silent'),
  )
    .argument('[job]', 'id of the job')
    .action(
      run<WriteOptions>(async (context, write, [text]) => {
        const jobId = parseJobId(text)
        const session = await openSession(context, { dryRun: write.dryRun === true })
        const { opened } = await getJobEvents(session.chain, { jobId })
        if (opened === undefined) throw new JobUnknownError(jobId, 'the chain')
        const { params } = opened
        const [state, now] = await Promise.all([
          readJobState(session.chain, { jobId, submitBy: params.submitBy }),
          getChainTime(session.chain),
        ])
        if (!state.isLate) throw new NotRefundableError(jobId, state, params.submitBy - now + 1)
        await confirm(context, `Refund ${formatUsdc(params.price)} of job ${jobId}?`, {
          ...write,
          final: false,
        })
        const sent = await session.transact('refund', (writer) => expireJobs(writer, { jobs: [params] }))
        context.out.result(
          {
            jobId,
            refundedUsdc: params.price,
            dryRun: session.dryRun,
            transactions: transactionRows([sent]),
          },
          () =>
            [
              session.dryRun
                ? 'Would refund.'
                : `${formatUsdc(params.price)} are back in the escrow balance of ${params.client}; \`dim wallet withdraw\` takes them out.`,
              transactionLines([sent]),
            ].join('\n'),
        )
      }),
    )
}
