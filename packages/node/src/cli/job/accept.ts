import { acceptJob, getJobEvents, JobUnknownError } from '@dim/sdk'
import type { AddCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { transactionLines, transactionRows } from '../transactionLines.ts'
import { openSession } from '../wallet/openSession.ts'
import { addWriteOptions, type WriteOptions } from '../writeOptions.ts'
import { parseJobId } from './jobId.ts'

export const addJobAccept: AddCommand = (parent, run) => {
  addWriteOptions(
    parent
      .command('accept')
      .description('take a submitted result without looking at it: the provider is paid now'),
  )
    .argument('[job]', 'id of the job')
    .action(
      run<WriteOptions>(async (context, write, [text]) => {
        const jobId = parseJobId(text)
        const session = await openSession(context, { dryRun: write.dryRun === true })
        const { opened } = await getJobEvents(session.chain, { jobId })
        if (opened === undefined) throw new JobUnknownError(jobId, 'the chain')
        await confirm(
          context,
          `Pay the provider of job ${jobId} without checking its result? (\`dim job watch\` checks first)`,
          { ...write, final: true },
        )
        const sent = await session.transact('accept', (writer) =>
          acceptJob(writer, { params: opened.params }),
        )
        context.out.result({ jobId, accepted: !session.dryRun, transactions: transactionRows([sent]) }, () =>
          [
            session.dryRun
              ? 'Would accept.'
              : 'Accepted: the provider is paid, the rest of the price is yours again.',
            transactionLines([sent]),
          ].join('\n'),
        )
      }),
    )
}
