import { JobUnknownError, resumeJob } from '@dim/sdk'
import type { AddCommand } from '../command.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { fetchManifest, knownEndpoints } from '../model/catalogue.ts'
import { ModelFilesMissingError } from '../model/selectModel.ts'
import { assertWritable } from '../run/reportFiles.ts'
import { reportJob } from '../run/reportJob.ts'
import { createTimeline } from '../run/timeline.ts'
import { openSession } from '../wallet/openSession.ts'
import { parseJobId } from './jobId.ts'

export const addJobWatch: AddCommand = (parent, run) => {
  parent
    .command('watch')
    .description('go on with a job until it is paid or refunded, and print its result')
    .argument('[job]', 'id of the job')
    .option('--output <file>', 'write the result as JSON')
    .option('--receipt <file>', 'write the signed receipt there')
    .action(
      run<{ output?: string; receipt?: string }>(async (context, files, [text]) => {
        const jobId = parseJobId(text)
        await assertWritable(files, context.io.cwd)
        const session = await openSession(context)
        const job = await session.jobs.get(jobId)
        if (job === undefined) throw new JobUnknownError(jobId, 'this wallet')
        const endpoints = await knownEndpoints(session.chain, session.network)
        const manifest = await fetchManifest(job.params.modelKey, [job.provider.endpoint, ...endpoints])
        if (manifest === undefined) throw new ModelFilesMissingError(job.params.modelKey)
        context.money.charged = true
        context.money.note = `At most ${formatUsdc(job.params.price)} is in the escrow for this job, until it is paid or refunded.`
        const timeline = createTimeline(context.out)
        try {
          const outcome = await resumeJob(session.writer, {
            jobId,
            store: session.jobs,
            endpoints,
            signal: context.io.signal,
            pollingIntervalMs: 250,
            onProgress: timeline.onProgress,
          })
          timeline.end()
          await reportJob(context, { session, manifest, outcome, endpoints }, files)
        } finally {
          timeline.end()
        }
      }),
    )
}
