import type { AddCommand } from '../command.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { formatTable } from '../table.ts'
import { openSession } from '../wallet/openSession.ts'
import { readJobState } from './jobState.ts'

export const addJobList: AddCommand = (parent, run) => {
  parent
    .command('list')
    .alias('ls')
    .description('jobs of this wallet, oldest first')
    .action(
      run(async (context) => {
        const session = await openSession(context)
        const jobs = await session.jobs.list()
        const rows = await Promise.all(
          jobs.map(async ({ jobId, params, createdAtMs }) => ({
            jobId,
            modelKey: params.modelKey,
            provider: params.provider,
            priceUsdc: params.price,
            createdAt: new Date(createdAtMs).toISOString(),
            ...(await readJobState(session.chain, { jobId, submitBy: params.submitBy })),
          })),
        )
        context.out.result({ jobs: rows }, () =>
          rows.length === 0
            ? 'No jobs yet. Buy one: dim run line-reader picture.png'
            : formatTable(rows, [
                { title: 'job', cell: ({ jobId }) => jobId },
                { title: 'state', cell: ({ status, isLate }) => (isLate ? 'late (dim job refund)' : status) },
                { title: 'at most', align: 'right', cell: ({ priceUsdc }) => formatUsdc(priceUsdc) },
                { title: 'made', cell: ({ createdAt }) => createdAt },
              ]),
        )
      }),
    )
}
