import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { JobOutcome, ModelManifest } from '@dim/sdk'
import { presentOutputs } from '../../models/present.ts'
import type { Context } from '../context.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { toJson } from '../toJson.ts'
import type { Session } from '../wallet/openSession.ts'
import { answerText } from './answerText.ts'
import { modelFileReader } from './fetchModelFile.ts'
import { createJobReport, type JobReport, tensorJson } from './jobReport.ts'
import { type ReportFiles, writePrivately } from './reportFiles.ts'

type Paid = {
  session: Session
  manifest: ModelManifest.ModelManifest
  outcome: JobOutcome
  endpoints: readonly string[]
}

/** Prints what a paid job gave, and writes the files that were asked for; the receipt is kept in any case. */
export async function reportJob(
  context: Context,
  { session, manifest, outcome, endpoints }: Paid,
  files: ReportFiles,
): Promise<void> {
  const { io, out, money } = context
  money.note = `${formatUsdc(outcome.chargedUsdc)} were paid; \`dim job watch ${outcome.jobId}\` shows the result again.`
  const readFile = modelFileReader(manifest, { home: session.home, endpoints, signal: io.signal })
  const isOfCabinet = (await session.jobs.get(outcome.jobId))?.cabinet !== undefined
  const shown = isOfCabinet ? { ...manifest, postprocessing: [] } : manifest
  const answers = await presentOutputs(shown, outcome.outputs, readFile)
  const report = await createJobReport({ chain: session.chain, manifest, outcome, answers })
  const receiptFile = await writeReceipts(context, session, report, files.receipt)
  if (files.output !== undefined) {
    const tensors = Object.fromEntries(
      Object.entries(outcome.outputs).map(([name, tensor]) => [name, tensorJson(tensor)]),
    )
    await writePrivately(files.output, `${toJson({ ...report, tensors })}\n`, io.cwd)
  }
  out.note(
    `  cost ${formatUsdc(report.paidUsdc)} of ${formatUsdc(report.priceUsdc)}, returned ${formatUsdc(report.refundedUsdc)}; gas, paid by the provider: ${report.gas.open} + ${report.gas.submit} + ${report.gas.settle}`,
  )
  out.note(`  job ${report.jobId}, receipt ${receiptFile} (dim verify ${receiptFile})`)
  out.result(report, () =>
    files.output === undefined
      ? answers.map(answerText).join('\n')
      : `Written to ${files.output}: ${answers.map(answerText).join('\n')}`,
  )
}

async function writeReceipts(
  { io }: Context,
  { home }: Session,
  { jobId, receipt }: JobReport,
  asked: string | undefined,
): Promise<string> {
  const kept = join(home, 'receipts', `${jobId}.json`)
  const text = `${JSON.stringify(receipt, undefined, 2)}\n`
  await mkdir(dirname(kept), { recursive: true, mode: 0o700 })
  await writeFile(kept, text, { mode: 0o600 })
  if (asked !== undefined) await writePrivately(asked, text, io.cwd)
  return asked ?? kept
}
