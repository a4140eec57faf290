import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type JobOutcome, runJob, TensorSet } from '@dim/sdk'
import type { Context } from '../../packages/node/src/cli/context.ts'
import { knownEndpoints, readCatalogue } from '../../packages/node/src/cli/model/catalogue.ts'
import { ModelFilesMissingError, selectModel } from '../../packages/node/src/cli/model/selectModel.ts'
import { modelFileReader } from '../../packages/node/src/cli/run/fetchModelFile.ts'
import { createJobReport, type JobReport } from '../../packages/node/src/cli/run/jobReport.ts'
import { createTimeline } from '../../packages/node/src/cli/run/timeline.ts'
import { openSession } from '../../packages/node/src/cli/wallet/openSession.ts'
import { drawText } from '../../packages/node/src/models/picture.ts'
import { prepareInputs } from '../../packages/node/src/models/prepare.ts'
import { presentOutputs } from '../../packages/node/src/models/present.ts'
import { lineReader } from '../../packages/node/src/models/seeds/lineReader.ts'
import { randomText } from './randomText.ts'
import { runDirectly } from './runDirectly.ts'

export type FirstJob = JobReport & {
  /** What was drawn for this run. */
  drawn: string
  read: string
  picture: string
  /** Whether the text is right and the tensors are those of a direct run, within the manifest's tolerance. */
  right: boolean
  /** Why not. */
  difference: string | undefined
}

const maxPriceUsdc = 100_000n

/** Draws a text, pays a provider to read it, and checks the answer against the engine alone. */
export async function runFirstJob(context: Context, stateDir: string): Promise<FirstJob> {
  const { io, out } = context
  const drawn = randomText()
  const picture = join(stateDir, 'picture.png')
  const [png, session, { onnxPath }] = await Promise.all([
    drawText(drawn),
    openSession(context),
    lineReader.prepare(),
  ])
  await writeFile(picture, png)
  const [catalogue, endpoints] = await Promise.all([
    readCatalogue(session.chain, session.network),
    knownEndpoints(session.chain, session.network),
  ])
  const { manifest, modelKey } = selectModel(catalogue, lineReader.name)
  if (manifest === undefined) throw new ModelFilesMissingError(lineReader.name)
  const inputs = await prepareInputs(manifest, png)
  const timeline = createTimeline(out)
  const direct = runDirectly({ onnxPath, inputs, stateDir, signal: io.signal })
  const job = runJob(session.writer, {
    manifest,
    modelKey,
    inputs,
    maxPriceUsdc,
    endpoints,
    store: session.jobs,
    signal: io.signal,
    pollingIntervalMs: 200,
    onProgress: timeline.onProgress,
  }).finally(timeline.end)
  const [outcome, expected] = await Promise.all([job, direct])
  const readFile = modelFileReader(manifest, { home: session.home, endpoints, signal: io.signal })
  const answers = await presentOutputs(manifest, outcome.outputs, readFile)
  const report = await createJobReport({ chain: session.chain, manifest, outcome, answers })
  const read = answers
    .map((answer) => (answer.kind === 'text' ? answer.text : ''))
    .join('')
    .trim()
  const difference = compare(outcome, expected, { manifest, drawn, read })
  return { ...report, output: read, drawn, read, picture, right: difference === undefined, difference }
}

type Expectation = { manifest: Parameters<typeof prepareInputs>[0]; drawn: string; read: string }

function compare(
  { outputs }: JobOutcome,
  expected: TensorSet.TensorSet,
  { manifest, drawn, read }: Expectation,
): string | undefined {
  const { within, reason } = TensorSet.compare(expected, outputs, manifest.tolerance)
  if (!within) return `the tensors differ from a direct run: ${reason}`
  return read === drawn ? undefined : `it read "${read}" where "${drawn}" was drawn`
}
