import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  createAllowlist,
  getNodeInfo,
  JobDetachedError,
  proveAllowed,
  type RunJobParameters,
  runJob,
} from '@dim/sdk'
import { type Address, getAddress, type Hex, isAddress } from 'viem'
import type { Context } from '../context.ts'
import { UsageError } from '../errors/usageError.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { knownEndpoints, readCatalogue } from '../model/catalogue.ts'
import { modelArgument } from '../model/modelArgument.ts'
import { ModelFilesMissingError, selectModel } from '../model/selectModel.ts'
import { parseUsdc } from '../parseUsdc.ts'
import { openSession, type Session } from '../wallet/openSession.ts'
import { modelFileReader } from './fetchModelFile.ts'
import { printPlan } from './printPlan.ts'
import { readCabinetQuery } from './readCabinetQuery.ts'
import { readInputs } from './readInputs.ts'
import { assertWritable } from './reportFiles.ts'
import { reportJob } from './reportJob.ts'
import type { RunOptions } from './runOptions.ts'
import { createTimeline } from './timeline.ts'

type Request = { model: string; inputs: readonly string[] }

/** With --model-id every argument is an input. */
function splitArguments({ modelId, input = [] }: RunOptions, args: readonly string[]): Request {
  const [first, ...rest] = args
  if (modelId === undefined) return { model: modelArgument(first, undefined), inputs: [...rest, ...input] }
  return { model: modelId, inputs: [...args, ...input] }
}

/** Prepares the input, buys one run and reports it; with --dry-run only the quote, with --detach only the id. */
export async function runModel(
  context: Context,
  options: RunOptions,
  args: readonly string[],
): Promise<void> {
  const { model, inputs } = splitArguments(options, args)
  const cabinet = readCabinetQuery(options, inputs)
  const maxPriceUsdc = parseUsdc(options.maxPrice)
  const timeoutMs = parseSeconds(options.timeout)
  await assertWritable(options, context.io.cwd)
  const session = await openSession(context)
  const [catalogue, endpoints] = await Promise.all([
    readCatalogue(session.chain, session.network),
    knownEndpoints(session.chain, session.network),
  ])
  const { manifest, modelKey } = selectModel(catalogue, model)
  if (manifest === undefined) throw new ModelFilesMissingError(model)
  const readFile = modelFileReader(manifest, { home: session.home, endpoints, signal: context.io.signal })
  const parameters = {
    manifest,
    modelKey,
    inputs: cabinet === undefined ? await readInputs(manifest, inputs, { io: context.io, readFile }) : {},
    cabinet,
    maxPriceUsdc,
    timeoutMs,
    endpoints,
    store: session.jobs,
    provider: await readProvider(options.provider),
    accessProof: await readProof(context, session, options.allow),
    privacy: options.public === true ? ('public' as const) : ('sealed' as const),
    pollingIntervalMs: 250,
  }
  if (options.dryRun === true) return printPlan(context, session, parameters)
  const outcome = await pay(context, session, parameters, options.detach === true)
  if (outcome !== undefined) await reportJob(context, { session, manifest, outcome, endpoints }, options)
}

/** Runs the job; a detached one ends here, with its id. */
async function pay(context: Context, { writer }: Session, parameters: RunJobParameters, detach: boolean) {
  const { io, out, money } = context
  const timeline = createTimeline(out)
  const detached = new AbortController()
  try {
    return await runJob(writer, {
      ...parameters,
      signal: AbortSignal.any([io.signal, detached.signal]),
      onProgress(progress) {
        if (progress.step === 'signed') {
          money.charged = true
          money.note = `At most ${formatUsdc(parameters.maxPriceUsdc)} is or will be in the escrow for this job, until it is paid or refunded.`
        }
        timeline.onProgress(progress)
        if (detach && progress.step === 'opened') detached.abort()
      },
    })
  } catch (error) {
    timeline.end()
    if (!(error instanceof JobDetachedError)) throw error
    if (!detached.signal.aborted || io.signal.aborted) throw error
    out.note(`  the job goes on; see \`dim job watch ${error.jobId}\``)
    out.result({ jobId: error.jobId, status: 'assigned', detached: true }, () => error.jobId)
    return undefined
  } finally {
    timeline.end()
  }
}

async function readProvider(text: string | undefined): Promise<Address | undefined> {
  if (text === undefined) return undefined
  if (isAddress(text, { strict: false })) return getAddress(text)
  if (/^https?:\/\//.test(text)) return (await getNodeInfo(text)).address
  throw new UsageError(`"${text}" is neither the address of a provider nor the URL of a node.`)
}

async function readProof(
  { io }: Context,
  { account }: Session,
  file: string | undefined,
): Promise<Hex | undefined> {
  if (file === undefined) return undefined
  const lines = (await readFile(resolve(io.cwd, file), 'utf8')).split(/\s+/).filter((line) => line !== '')
  return proveAllowed(createAllowlist(lines), account.address)
}

/** A timer counts milliseconds in 31 bits. */
const longestWaitSeconds = 2_000_000

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!(seconds > 0 && seconds <= longestWaitSeconds))
    throw new UsageError(`"${text}" is no number of seconds.`)
  return seconds * 1000
}
